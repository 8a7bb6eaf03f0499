-- Closings that stand in the analyst's queue: returned ones, sampled ones not yet judged, then mass closures nobody judged.
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
),
standing AS (
    SELECT
        * EXCLUDE (closing),
        CASE
            WHEN closing IN (SELECT unnest(CAST($returned AS VARCHAR[]))) THEN 'returned'
            WHEN is_mass_closed AND NOT closing IN (SELECT unnest(CAST($passed AS VARCHAR[]))) THEN 'mass_closed'
            WHEN closing IN (SELECT unnest(CAST($waiting AS VARCHAR[]))) THEN 'sampled'
        END AS kind
    FROM closings
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
    kind
FROM standing
WHERE kind IS NOT NULL
    AND ($kind IS NULL OR kind = $kind)
    AND ($department IS NULL OR department = $department)
ORDER BY list_position(['returned', 'sampled', 'mass_closed'], kind), closed_on DESC, source, request_id
LIMIT $limit OFFSET $offset
