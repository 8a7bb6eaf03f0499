-- One closed request, to be judged.
SELECT source, request_id, closed_on, service, department, coalesce(flag_mass_closed, false) AS is_mass_closed
FROM requests
WHERE source = $source AND request_id = $request_id AND status = 'closed' AND closed_on IS NOT NULL
