SELECT {group} AS g, date_trunc('month', appointment_on) AS month, count(*) AS numerator, NULL AS denominator, numerator AS value
FROM requests
WHERE appointment_on BETWEEN DATE '{first}' AND DATE '{last}' AND is_counted AND NOT appointment_kept
GROUP BY 1, 2
