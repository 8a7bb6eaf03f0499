-- Every state ever loaded, for what was known on any past day.
SELECT month_key, source, request_id, load_id, as_of, status, service, department, opened_on, closed_on, due_on
FROM landed
WHERE NOT moved_away
ORDER BY month_key, source, request_id, as_of, load_id, state_hash
