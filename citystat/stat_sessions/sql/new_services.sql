SELECT service, min(opened_on) AS first_day, count(*) AS requests
FROM scoped
WHERE is_counted AND NOT coalesce(flag_default_date, FALSE) AND opened_on <= $end
GROUP BY service
HAVING first_day >= $start
ORDER BY requests DESC, service
