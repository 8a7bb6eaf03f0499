-- Minutes in which a source closed at least so many requests, and many times more than in its usual minute with a closing.
WITH counted AS (
    SELECT source, closed_minute, count(*) AS closed
    FROM closings
    WHERE closed_minute IS NOT NULL
    GROUP BY source, closed_minute
),
usual AS (SELECT source, median(closed) AS closed FROM counted GROUP BY source)
SELECT counted.source, counted.closed_minute
FROM counted
INNER JOIN usual ON counted.source = usual.source
WHERE counted.closed >= greatest(getvariable('mass_closed_fewest'), getvariable('mass_closed_times_usual') * usual.closed)
