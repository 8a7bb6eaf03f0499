-- Coordinate pairs shared by so many addresses that they stand for "somewhere": a city's center, an office, zero and zero.
WITH crowded AS (
    SELECT latitude, longitude
    FROM current_states
    WHERE latitude IS NOT NULL AND longitude IS NOT NULL
    GROUP BY latitude, longitude
    HAVING count(*) >= getvariable('default_point_addresses') OR (latitude = 0 AND longitude = 0)
)
SELECT latitude, longitude
FROM current_states
SEMI JOIN crowded USING (latitude, longitude)
GROUP BY latitude, longitude
HAVING count(DISTINCT address) >= getvariable('default_point_addresses') OR (latitude = 0 AND longitude = 0)
