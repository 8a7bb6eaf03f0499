SELECT {group} AS g, date_trunc('month', closed_on) AS month,
       count(*) FILTER (flag_closed_in_minutes) AS numerator, count(*) AS denominator, numerator / denominator AS value
FROM requests
WHERE closed_on BETWEEN DATE '{first}' AND DATE '{last}' AND (is_counted AND is_field_service) AND (closed_has_time AND opened_has_time)
GROUP BY 1, 2
