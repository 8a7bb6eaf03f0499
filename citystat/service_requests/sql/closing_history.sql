-- Field requests by service, opening day and the day they closed (or the as-of date while open), for time to close.
SELECT
    any_value(service) AS service,
    service_slug,
    any_value(department) AS department,
    any_value(category) AS category,
    opened_on,
    coalesce(closed_on, $as_of) AS until,
    status = 'closed' AS is_closed,
    date_diff('day', opened_on, coalesce(closed_on, $as_of)) AS days,
    count(*) AS cases
FROM requests
WHERE service_slug IS NOT NULL
    AND is_counted
    AND is_field_service
    AND status IN ('open', 'closed')
    AND opened_on BETWEEN $since AND $as_of
    AND (status = 'open' OR closed_on >= opened_on)
    AND NOT coalesce(flag_mass_closed, false)
    AND NOT coalesce(flag_closed_in_minutes, false)
    AND NOT coalesce(flag_default_date, false)
    AND NOT coalesce(flag_impossible_duration, false)
GROUP BY service_slug, opened_on, until, is_closed, days
ORDER BY service_slug, opened_on, until, is_closed
