SELECT {group} AS g, date_trunc('month', coalesce(due_on, CASE WHEN on_time IS NOT NULL THEN closed_on END)) AS month,
       count(*) FILTER (on_time) AS numerator, count(*) AS denominator, numerator / denominator AS value
FROM requests
WHERE coalesce(due_on, CASE WHEN on_time IS NOT NULL THEN closed_on END) BETWEEN DATE '{first}' AND DATE '{last}'
  AND is_counted AND (status <> 'open' OR is_overdue) AND NOT flag_closed_before_opened AND NOT flag_default_date
GROUP BY 1, 2
