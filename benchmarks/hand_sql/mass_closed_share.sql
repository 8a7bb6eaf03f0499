SELECT {group} AS g, date_trunc('month', closed_on) AS month,
       count(*) FILTER (flag_mass_closed) AS numerator, count(*) AS denominator, numerator / denominator AS value
FROM requests
WHERE closed_on BETWEEN DATE '{first}' AND DATE '{last}' AND (is_counted) AND (status <> 'open')
GROUP BY 1, 2
