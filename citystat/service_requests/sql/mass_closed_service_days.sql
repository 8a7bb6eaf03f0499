-- Days on which, by closings that carry no clock time, a service closed many times more than on its usual day with a closing.
WITH counted AS (
    SELECT source, service, closed_on, count(*) AS closed
    FROM closings
    WHERE closed_minute IS NULL
    GROUP BY source, service, closed_on
),
usual AS (SELECT source, service, median(closed) AS closed FROM counted GROUP BY source, service)
SELECT counted.source, counted.service, counted.closed_on
FROM counted
INNER JOIN usual ON counted.source = usual.source AND counted.service IS NOT DISTINCT FROM usual.service
WHERE counted.closed >= greatest(getvariable('mass_closed_fewest'), getvariable('mass_closed_times_usual') * usual.closed)
