-- Closed requests after which the same service was asked for again nearby and soon.
-- A circle of radius r touches at most two by two cells of side 2r, and n + 1 days at most two spans of n + 1 days, so each closing
-- looks into eight boxes; what it finds there is then measured exactly. Where a clock time is missing the next day is the first "after".
WITH openings AS (
    SELECT
        *,
        hash(
            service_key,
            CAST(floor(x / (2 * getvariable('recurrence_meters'))) AS BIGINT),
            CAST(floor(y / (2 * getvariable('recurrence_meters'))) AS BIGINT),
            (opened_on - DATE '1900-01-01') // (getvariable('recurrence_days') + 1)
        ) AS box
    FROM points
),
looks AS (
    SELECT
        points.*,
        hash(
            service_key,
            CAST(floor(x / (2 * getvariable('recurrence_meters')) - 0.5) AS BIGINT) + step_x,
            CAST(floor(y / (2 * getvariable('recurrence_meters')) - 0.5) AS BIGINT) + step_y,
            (closed_on - DATE '1900-01-01') // (getvariable('recurrence_days') + 1) + step_t
        ) AS box
    FROM points
    CROSS JOIN (SELECT unnest([0, 1]) AS step_x)
    CROSS JOIN (SELECT unnest([0, 1]) AS step_y)
    CROSS JOIN (SELECT unnest([0, 1]) AS step_t)
    WHERE status = 'closed' AND closed_on IS NOT NULL
)
SELECT DISTINCT looks.rid
FROM looks
INNER JOIN openings
    ON looks.box = openings.box
    AND looks.service_key = openings.service_key
    AND looks.rid <> openings.rid
    AND openings.opened_on - looks.closed_on BETWEEN 0 AND getvariable('recurrence_days')
    AND CASE
        WHEN looks.closed_has_time AND openings.opened_has_time THEN openings.opened_at > looks.closed_at
        ELSE openings.opened_on > looks.closed_on
    END
    AND power((openings.latitude - looks.latitude) * 111320, 2)
        + power((openings.longitude - looks.longitude) * 111320 * cos(radians(looks.latitude)), 2)
        <= power(getvariable('recurrence_meters'), 2)
