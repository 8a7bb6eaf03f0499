-- The same for a whole department: a clean-up over many services, too thin in each to be seen there.
WITH counted AS (
    SELECT source, department, closed_on, count(*) AS closed
    FROM closings
    WHERE closed_minute IS NULL AND department IS NOT NULL
    GROUP BY source, department, closed_on
),
usual AS (SELECT source, department, median(closed) AS closed FROM counted GROUP BY source, department)
SELECT counted.source, counted.department, counted.closed_on
FROM counted
INNER JOIN usual ON counted.source = usual.source AND counted.department = usual.department
WHERE counted.closed >= greatest(getvariable('mass_closed_fewest'), getvariable('mass_closed_times_usual') * usual.closed)
