SELECT {group} AS g, date_trunc('month', closed_on) AS month, count(*) AS numerator, NULL AS denominator, numerator AS value
FROM requests
WHERE closed_on BETWEEN DATE '{first}' AND DATE '{last}' AND is_counted AND status <> 'open' AND NOT flag_mass_closed AND reopened IS NOT TRUE AND NOT regexp_matches(lower(coalesce(outcome, '')), 'no action|not done|unable to|could not|cannot|unfounded|not found|no violation|no access|referred|duplicate|cancel')
GROUP BY 1, 2
