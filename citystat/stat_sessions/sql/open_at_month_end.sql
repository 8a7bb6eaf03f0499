SELECT service, count(*) AS open_requests,
       quantile_disc(date_diff('day', opened_on, $end), 0.5) AS median_age,
       max(date_diff('day', opened_on, $end)) AS oldest
FROM scoped
WHERE is_counted AND opened_on <= $end AND (status = 'open' OR closed_on > $end)
  AND NOT coalesce(flag_default_date, FALSE) AND NOT coalesce(flag_closed_before_opened, FALSE)
GROUP BY service
ORDER BY median_age DESC, service
