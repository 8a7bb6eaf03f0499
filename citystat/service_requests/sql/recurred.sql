-- Closed requests after which the same service was asked for again nearby and soon.
-- A circle of radius r touches at most two by two cells of side 2r, and n + 1 days at most two spans of n + 1 days, so each closing
-- looks into eight boxes; what it finds there is then measured exactly. Where a clock time is missing the next day is the first "after".
WITH keyed AS (
    SELECT
        rid,
        service_key,
        latitude,
        longitude,
        status,
        opened_on,
        closed_on,
        CASE WHEN opened_has_time THEN opened_at END AS opened_at,
        CASE WHEN closed_has_time THEN closed_at END AS closed_at,
        x / (2 * getvariable('recurrence_meters')) AS x,
        y / (2 * getvariable('recurrence_meters')) AS y,
        (opened_on - DATE '1900-01-01') // (getvariable('recurrence_days') + 1) AS opened_span,
        (closed_on - DATE '1900-01-01') // (getvariable('recurrence_days') + 1) AS closed_span
    FROM points
),
openings AS (
    SELECT
        rid,
        service_key,
        latitude,
        longitude,
        opened_on,
        opened_at,
        xor(xor(hash(service_key, CAST(floor(x) AS BIGINT)), hash('y', CAST(floor(y) AS BIGINT))), hash('t', opened_span)) AS box
    FROM keyed
),
looking AS (
    SELECT
        rid,
        service_key,
        latitude,
        longitude,
        closed_on,
        closed_at,
        hash(service_key, CAST(floor(x - 0.5) AS BIGINT)) AS x_0,
        hash(service_key, CAST(floor(x - 0.5) AS BIGINT) + 1) AS x_1,
        hash('y', CAST(floor(y - 0.5) AS BIGINT)) AS y_0,
        hash('y', CAST(floor(y - 0.5) AS BIGINT) + 1) AS y_1,
        hash('t', closed_span) AS t_0,
        hash('t', closed_span + 1) AS t_1
    FROM keyed
    WHERE status = 'closed' AND closed_on IS NOT NULL
),
looks AS (
    SELECT
        rid,
        service_key,
        latitude,
        longitude,
        closed_on,
        closed_at,
        unnest([
            xor(xor(x_0, y_0), t_0), xor(xor(x_0, y_0), t_1), xor(xor(x_0, y_1), t_0), xor(xor(x_0, y_1), t_1),
            xor(xor(x_1, y_0), t_0), xor(xor(x_1, y_0), t_1), xor(xor(x_1, y_1), t_0), xor(xor(x_1, y_1), t_1)
        ]) AS box
    FROM looking
)
SELECT DISTINCT looks.rid
FROM looks
INNER JOIN openings
    ON looks.box = openings.box
    AND looks.service_key = openings.service_key
    AND looks.rid <> openings.rid
    AND openings.opened_on - looks.closed_on BETWEEN 0 AND getvariable('recurrence_days')
    AND CASE
        WHEN looks.closed_at IS NOT NULL AND openings.opened_at IS NOT NULL THEN openings.opened_at > looks.closed_at
        ELSE openings.opened_on > looks.closed_on
    END
    AND power((openings.latitude - looks.latitude) * 111320, 2)
        + power((openings.longitude - looks.longitude) * 111320 * cos(radians(looks.latitude)), 2)
        <= power(getvariable('recurrence_meters'), 2)
