SELECT {group} AS g, date_trunc('month', opened_on) AS month,
       count(*) FILTER (status IN ('cancelled', 'invalid')) AS numerator, count(*) AS denominator, numerator / denominator AS value
FROM requests
WHERE opened_on BETWEEN DATE '{first}' AND DATE '{last}' AND (true) AND (true)
GROUP BY 1, 2
