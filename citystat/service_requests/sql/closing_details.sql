-- What an analyst needs to judge one closing.
SELECT
    source, request_id, service, service_slug, category, department, team, channel, origin, status_recorded, outcome,
    opened_on, opened_at, opened_has_time, due_on, due_source, closed_on, closed_at, closed_has_time,
    days_to_close, on_time, transfers, reopened, recurred, address, description,
    COLUMNS('^flag_')
FROM requests
WHERE source = $source AND request_id = $request_id AND status = 'closed' AND closed_on IS NOT NULL
