SELECT {group} AS g, date_trunc('month', opened_on) AS month,
       count(*) FILTER (channel IN ('web', 'mobile')) AS numerator, count(*) AS denominator, numerator / denominator AS value
FROM requests
WHERE opened_on BETWEEN DATE '{first}' AND DATE '{last}' AND (is_counted AND origin IS DISTINCT FROM 'internal') AND (channel <> 'unknown')
GROUP BY 1, 2
