SELECT g, month, numerator, population AS denominator, 1000 * numerator / population AS value
FROM (
    SELECT {group} AS g, date_trunc('month', opened_on) AS month, count(*) AS numerator
    FROM requests
    WHERE opened_on BETWEEN DATE '{first}' AND DATE '{last}' AND is_counted AND origin IS DISTINCT FROM 'internal'
    GROUP BY 1, 2
)
LEFT JOIN population ON population.kind = '{kind}' AND population.code = {code} AND population.year = year(month)
