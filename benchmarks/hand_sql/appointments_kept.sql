SELECT {group} AS g, date_trunc('month', appointment_on) AS month,
       count(*) FILTER (appointment_kept) AS numerator, count(*) AS denominator, numerator / denominator AS value
FROM requests
WHERE appointment_on BETWEEN DATE '{first}' AND DATE '{last}' AND (is_counted) AND (appointment_kept IS NOT NULL)
GROUP BY 1, 2
