-- The requests closed together in one minute (or on one day, where only days are recorded); an empty department means none recorded.
SELECT source, request_id, closed_on, service, department
FROM requests
WHERE
    status = 'closed' AND is_counted AND flag_mass_closed
    AND source = $source
    AND closed_on = $closed_on
    AND ($closed_at IS NULL OR date_trunc('minute', closed_at) = date_trunc('minute', CAST($closed_at AS TIMESTAMP)))
    AND ($department IS NULL OR coalesce(department, '') = $department)
ORDER BY request_id
