SELECT district, service,
       count(*) FILTER (WHERE opened_on BETWEEN $start AND $end) AS opened,
       count(*) FILTER (WHERE opened_on BETWEEN $start_before AND $end_before) AS opened_before,
       count(*) FILTER (WHERE opened_on <= $end AND (status = 'open' OR closed_on > $end) AND due_on < $end) AS overdue
FROM scoped
WHERE is_counted AND NOT coalesce(flag_default_date, FALSE) AND opened_on <= $end
  AND (opened_on >= $start_before OR status = 'open' OR closed_on > $end)
GROUP BY district, service
HAVING opened > 0 OR overdue > 0
ORDER BY district, opened DESC, service
