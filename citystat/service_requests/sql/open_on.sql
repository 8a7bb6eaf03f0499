-- Requests open at the end of day $day, as known now. Cancelled, duplicate and invalid ones are not counted; a request said to be
-- closed, nobody says when, was open on no day that can be named.
SELECT
    source,
    request_id,
    service,
    department,
    opened_on,
    due_on,
    CAST($day AS DATE) - opened_on AS age_days
FROM requests
WHERE is_counted
    AND status <> 'information_only'
    AND opened_on <= CAST($day AS DATE)
    AND (closed_on > CAST($day AS DATE) OR (closed_on IS NULL AND status = 'open'))
ORDER BY opened_on, source, request_id
