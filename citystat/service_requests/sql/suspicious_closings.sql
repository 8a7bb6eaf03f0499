-- Closings of a period that a rule finds suspicious, so many for each rule; a closing is listed under its first rule.
WITH suspicious AS (
    SELECT
        source,
        request_id,
        closed_on,
        service,
        department,
        CASE
            WHEN flag_closed_before_opened THEN 'closed_before_opened'
            WHEN flag_closed_in_minutes THEN 'closed_in_minutes'
            WHEN flag_mass_closed THEN 'mass_closed'
        END AS picked_by
    FROM requests
    WHERE status = 'closed' AND is_counted AND closed_on BETWEEN $start AND $end
)
SELECT source, request_id, closed_on, service, department, picked_by
FROM suspicious
WHERE picked_by IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY picked_by
    ORDER BY md5(concat_ws('/', CAST($seed AS VARCHAR), source, request_id)), source, request_id
) <= $per_rule
ORDER BY picked_by, source, request_id
