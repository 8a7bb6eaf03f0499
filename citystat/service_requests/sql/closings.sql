-- Closings with the minute they carry, or none where only the day is known (midnight sharp is a day written as an instant).
SELECT
    rid,
    source,
    service,
    department,
    closed_on,
    CASE
        WHEN NOT coalesce(closed_has_time, FALSE) THEN NULL
        -- Time zones keep whole quarters of an hour: only such instants can be a local midnight, and few need the conversion.
        WHEN extract('second' FROM closed_at) = 0 AND extract('minute' FROM closed_at) % 15 = 0
            AND CAST(timezone(getvariable('time_zone'), timezone('UTC', closed_at)) AS TIME) = TIME '00:00:00' THEN NULL
        ELSE date_trunc('minute', closed_at)
    END AS closed_minute
FROM current_states
WHERE closed_on IS NOT NULL
