-- Closings that stand in the analyst's queue: returned ones, sampled ones not yet judged, and mass closures nobody judged.
WITH closings AS (
    SELECT
        source,
        request_id,
        service,
        service_slug,
        department,
        opened_on,
        closed_on,
        coalesce(flag_mass_closed, false) AS is_mass_closed,
        concat_ws(chr(31), source, request_id, CAST(closed_on AS VARCHAR)) AS closing
    FROM requests
    WHERE status = 'closed' AND is_counted AND closed_on IS NOT NULL
)
SELECT
    source,
    request_id,
    service,
    service_slug,
    department,
    opened_on,
    closed_on,
    is_mass_closed,
    closing IN (SELECT unnest(CAST($returned AS VARCHAR[]))) AS is_returned
FROM closings
WHERE
    (
        closing IN (SELECT unnest(CAST($returned AS VARCHAR[])))
        OR closing IN (SELECT unnest(CAST($waiting AS VARCHAR[])))
        OR (is_mass_closed AND NOT closing IN (SELECT unnest(CAST($passed AS VARCHAR[]))))
    )
    AND ($department IS NULL OR department = $department)
ORDER BY is_returned DESC, closed_on DESC, source, request_id
LIMIT $limit OFFSET $offset
