-- Every service and department label, with how many current requests carry it and what usually stands beside it.
SELECT
    service,
    department,
    category,
    service_code,
    status = 'information_only' AS is_information_only,
    count(*) AS requests
FROM current_states
GROUP BY ALL
