-- What only a look at many rows can tell, for the requests it is true of. A closing the analyst passed is no mass closure any more.
SELECT
    current_states.month_key,
    current_states.rid,
    hash(current_states.source, current_states.request_id) AS request_key,
    default_points.latitude IS NOT NULL AS is_default_point,
    mass_closed.rid IS NOT NULL AND passed_closings.request_id IS NULL AS is_mass_closed,
    recurred.rid IS NOT NULL AS is_recurred,
    reopened.rid IS NOT NULL AS is_reopened
FROM current_states
LEFT JOIN default_points USING (latitude, longitude)
LEFT JOIN mass_closed ON current_states.rid = mass_closed.rid
LEFT JOIN passed_closings
    ON current_states.source = passed_closings.source
    AND current_states.request_id = passed_closings.request_id
    AND current_states.closed_on = passed_closings.closed_on
LEFT JOIN recurred ON current_states.rid = recurred.rid
LEFT JOIN reopened ON current_states.rid = reopened.rid
WHERE default_points.latitude IS NOT NULL
    OR mass_closed.rid IS NOT NULL
    OR recurred.rid IS NOT NULL
    OR reopened.rid IS NOT NULL
