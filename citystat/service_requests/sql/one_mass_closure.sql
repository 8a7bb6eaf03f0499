-- The requests closed together at one instant (or on one day, where only days are recorded).
SELECT source, request_id, closed_on, service, department
FROM requests
WHERE
    status = 'closed' AND is_counted AND flag_mass_closed
    AND source = $source
    AND closed_on = $closed_on
    AND ($closed_at IS NULL OR closed_at = CAST($closed_at AS TIMESTAMP))
    AND ($department IS NULL OR department = $department)
ORDER BY request_id
