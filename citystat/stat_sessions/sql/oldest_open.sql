SELECT request_id, service, department, district, opened_on, date_diff('day', opened_on, $end) AS age_days,
       CASE WHEN due_on < $end THEN date_diff('day', due_on, $end) END AS days_overdue,
       CASE WHEN status <> 'open' THEN closed_on END AS closed_on,
       row_number() OVER (PARTITION BY district ORDER BY opened_on, source, request_id) AS rank_in_district
FROM scoped
WHERE is_counted AND opened_on <= $end AND (status = 'open' OR closed_on > $end)
  AND NOT coalesce(flag_default_date, FALSE) AND NOT coalesce(flag_closed_before_opened, FALSE)
QUALIFY rank_in_district <= $per_district OR row_number() OVER (ORDER BY opened_on, source, request_id) <= $overall
ORDER BY opened_on, source, request_id
