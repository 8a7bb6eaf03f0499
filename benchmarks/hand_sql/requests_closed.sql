SELECT {group} AS g, date_trunc('month', closed_on) AS month, count(*) AS numerator, NULL AS denominator, numerator AS value
FROM requests
WHERE closed_on BETWEEN DATE '{first}' AND DATE '{last}' AND is_counted AND status <> 'open'
GROUP BY 1, 2
