WITH cases AS (
    SELECT {group} AS g, date_trunc('month', opened_on) AS month,
           greatest(coalesce(date_diff('second', opened_at, first_response_at) / 86400.0, days_to_close, age_days), 0) AS days,
           first_response_at IS NOT NULL AS answered
    FROM requests
    WHERE opened_on BETWEEN DATE '{first}' AND DATE '{last}' AND is_counted AND NOT flag_closed_before_opened AND NOT flag_default_date
      AND (SELECT count(first_response_at) > 0 FROM requests)
),
steps AS (
    SELECT g, month, days, count(*) AS leaving, count(*) FILTER (answered) AS answers FROM cases WHERE days IS NOT NULL GROUP BY ALL
),
at_risk AS (
    SELECT *, sum(leaving) OVER (PARTITION BY g, month ORDER BY days DESC) AS waiting FROM steps
),
survival AS (
    SELECT *, exp(sum(ln(greatest(1 - answers / waiting, 1e-300))) OVER (PARTITION BY g, month ORDER BY days)) AS share_waiting FROM at_risk
)
SELECT g, month, sum(answers) AS numerator, sum(leaving) AS denominator, min(days) FILTER (share_waiting <= 0.5 + 1e-9) AS value
FROM survival
GROUP BY 1, 2
