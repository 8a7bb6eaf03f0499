-- Counted requests with a usable point, in meters on a plane: x is true at the largest latitude and never shortens elsewhere.
SELECT
    current_states.rid,
    hash(current_states.service) AS service_key,
    current_states.latitude,
    current_states.longitude,
    current_states.longitude * 111320 * getvariable('smallest_cosine') AS x,
    current_states.latitude * 111320 AS y,
    current_states.status,
    current_states.opened_on,
    current_states.opened_at,
    coalesce(current_states.opened_has_time, FALSE) AS opened_has_time,
    current_states.closed_on,
    current_states.closed_at,
    coalesce(current_states.closed_has_time, FALSE) AS closed_has_time
FROM current_states
ANTI JOIN default_points USING (latitude, longitude)
WHERE current_states.latitude IS NOT NULL
    AND current_states.longitude IS NOT NULL
    AND current_states.service IS NOT NULL
    AND current_states.status NOT IN ('cancelled', 'duplicate', 'invalid')
    AND current_states.opened_on <= getvariable('as_of')
