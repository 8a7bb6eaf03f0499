-- Closings of a period, and those among them that do not count as resolved: mass closures not passed, and returned ones.
WITH closings AS (
    SELECT
        coalesce(flag_mass_closed, false) AS is_mass_closed,
        concat_ws(chr(31), source, request_id, CAST(closed_on AS VARCHAR)) AS closing
    FROM requests
    WHERE status = 'closed' AND is_counted AND closed_on BETWEEN $start AND $end
),
judged AS (
    SELECT
        is_mass_closed,
        closing IN (SELECT unnest(CAST($passed AS VARCHAR[]))) AS is_passed,
        closing IN (SELECT unnest(CAST($returned AS VARCHAR[]))) AS is_returned
    FROM closings
)
SELECT
    count(*) AS closed,
    count(*) FILTER (WHERE is_mass_closed AND NOT is_passed AND NOT is_returned) AS held,
    count(*) FILTER (WHERE is_returned) AS returned
FROM judged
