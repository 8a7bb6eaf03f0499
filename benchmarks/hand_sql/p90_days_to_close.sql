WITH cases AS (
    SELECT {group} AS g, date_trunc('month', opened_on) AS month,
           CASE WHEN status = 'open' THEN age_days ELSE days_to_close END AS days, status <> 'open' AS closed
    FROM requests
    WHERE opened_on BETWEEN DATE '{first}' AND DATE '{last}' AND is_counted AND is_field_service
      AND NOT flag_closed_before_opened AND NOT flag_default_date AND NOT flag_impossible_duration
),
steps AS (
    SELECT g, month, days, count(*) AS leaving, count(*) FILTER (closed) AS closings FROM cases WHERE days IS NOT NULL GROUP BY ALL
),
at_risk AS (
    SELECT *, sum(leaving) OVER (PARTITION BY g, month ORDER BY days DESC) AS waiting FROM steps
),
survival AS (
    SELECT *, exp(sum(ln(greatest(1 - closings / waiting, 1e-300))) OVER (PARTITION BY g, month ORDER BY days)) AS share_open FROM at_risk
)
SELECT g, month, sum(closings) AS numerator, sum(leaving) AS denominator,
       min(days) FILTER (share_open <= 1 - 0.9 + 1e-9) AS value
FROM survival
GROUP BY 1, 2
