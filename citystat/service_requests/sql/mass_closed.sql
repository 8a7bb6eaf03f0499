-- Requests closed in one of those minutes or on one of those days.
SELECT rid FROM closings SEMI JOIN mass_closed_minutes USING (source, closed_minute)
UNION
SELECT closings.rid
FROM closings
SEMI JOIN mass_closed_service_days AS days
    ON closings.source = days.source AND closings.service IS NOT DISTINCT FROM days.service AND closings.closed_on = days.closed_on
WHERE closings.closed_minute IS NULL
UNION
SELECT closings.rid
FROM closings
SEMI JOIN mass_closed_department_days AS days
    ON closings.source = days.source AND closings.department = days.department AND closings.closed_on = days.closed_on
WHERE closings.closed_minute IS NULL
