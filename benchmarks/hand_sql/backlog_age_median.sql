WITH ends AS (
    SELECT month, least(last_day(month), DATE '{last}') AS ends_on
    FROM (SELECT unnest(generate_series(DATE '{first}', DATE '{last}', INTERVAL 1 MONTH))::DATE AS month)
),
held AS (
    SELECT {group} AS g, opened_on, CASE WHEN status <> 'open' THEN closed_on END AS left_on
    FROM requests
    WHERE is_counted AND (status = 'open' OR closed_on IS NOT NULL)
      AND NOT flag_closed_before_opened AND NOT flag_default_date AND NOT flag_opened_after_as_of
      AND (status = 'open' OR date_trunc('month', closed_on) > date_trunc('month', opened_on) OR closed_on > DATE '{last}')
)
SELECT g, month, count(*) AS numerator, count(*) AS denominator,
       quantile_disc(date_diff('day', opened_on, ends_on), 0.5) AS value
FROM held JOIN ends ON opened_on <= ends_on AND (left_on IS NULL OR left_on > ends_on)
GROUP BY 1, 2
