SELECT opened_on, count(*) AS requests
FROM scoped
WHERE opened_on BETWEEN $start AND $end
GROUP BY opened_on
ORDER BY opened_on
