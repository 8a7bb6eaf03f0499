-- The same as known then: by the last state whose load describes day $day or an earlier one.
SELECT
    source,
    request_id,
    service,
    department,
    opened_on,
    due_on,
    CAST($day AS DATE) - opened_on AS age_days
FROM (
    SELECT *
    FROM request_states
    WHERE as_of <= CAST($day AS DATE)
    QUALIFY row_number() OVER (PARTITION BY source, request_id ORDER BY as_of DESC, load_id DESC) = 1
)
WHERE opened_on <= CAST($day AS DATE)
    AND (
        status = 'open'
        OR (status <> 'information_only' AND closed_on > CAST($day AS DATE))
    )
ORDER BY opened_on, source, request_id
