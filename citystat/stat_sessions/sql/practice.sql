SELECT service, coalesce(days_to_close, age_days) AS days, status <> 'open' AS is_closed, count(*) AS requests
FROM scoped
WHERE is_counted AND is_field_service AND opened_on BETWEEN $since AND $end AND coalesce(days_to_close, age_days) IS NOT NULL
  AND NOT coalesce(flag_closed_before_opened, FALSE) AND NOT coalesce(flag_default_date, FALSE) AND NOT coalesce(flag_impossible_duration, FALSE)
GROUP BY service, days, is_closed
ORDER BY service, days, is_closed
