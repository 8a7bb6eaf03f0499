SELECT {group} AS g, date_trunc('month', opened_on) AS month,
       count(*) FILTER (flag_closed_before_opened OR flag_default_date OR flag_impossible_duration OR flag_closed_after_as_of OR flag_status_conflict) AS numerator, count(*) AS denominator, numerator / denominator AS value
FROM requests
WHERE opened_on BETWEEN DATE '{first}' AND DATE '{last}' AND (true) AND (true)
GROUP BY 1, 2
