SELECT {group} AS g, date_trunc('month', opened_on) AS month, count(*) AS numerator, NULL AS denominator, numerator AS value
FROM requests
WHERE opened_on BETWEEN DATE '{first}' AND DATE '{last}' AND is_counted AND origin = 'internal'
GROUP BY 1, 2
