SELECT {group} AS g, date_trunc('month', opened_on) AS month,
       count(*) FILTER (NOT is_located) AS numerator, count(*) AS denominator, numerator / denominator AS value
FROM requests
WHERE opened_on BETWEEN DATE '{first}' AND DATE '{last}' AND (is_counted) AND (true)
GROUP BY 1, 2
