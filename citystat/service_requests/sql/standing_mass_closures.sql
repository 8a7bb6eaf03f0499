-- Requests closed together by instant (day, where no clock time is recorded) and department, as long as one of them is not passed.
WITH closings AS (
    SELECT
        source,
        closed_on,
        CASE WHEN closed_has_time THEN date_trunc('minute', closed_at) END AS closed_at,
        department,
        service_slug,
        opened_on,
        concat_ws(chr(31), source, request_id, CAST(closed_on AS VARCHAR)) AS closing
    FROM requests
    WHERE status = 'closed' AND is_counted AND flag_mass_closed AND closed_on IS NOT NULL
),
judged AS (
    SELECT
        *,
        closing IN (SELECT unnest(CAST($passed AS VARCHAR[]))) AS is_passed,
        closing IN (SELECT unnest(CAST($returned AS VARCHAR[]))) AS is_returned
    FROM closings
)
SELECT
    source,
    closed_on,
    closed_at,
    department,
    count(*) AS requests,
    count(*) FILTER (WHERE NOT is_passed AND NOT is_returned) AS waiting,
    count(*) FILTER (WHERE is_returned) AS returned,
    count(DISTINCT service_slug) AS services,
    min(opened_on) AS oldest_opened_on
FROM judged
GROUP BY source, closed_on, closed_at, department
HAVING count(*) FILTER (WHERE NOT is_passed) > 0
ORDER BY waiting DESC, closed_on DESC, source, department
LIMIT $limit
