WITH held AS (
    SELECT {group} AS g, opened_on + 91 AS enters_on, CASE WHEN status <> 'open' THEN closed_on END AS left_on
    FROM requests
    WHERE is_counted AND (status = 'open' OR closed_on IS NOT NULL)
      AND NOT flag_closed_before_opened AND NOT flag_default_date AND NOT flag_opened_after_as_of
),
changes AS (
    SELECT g, greatest(date_trunc('month', enters_on), DATE '{first}') AS month, count(*) AS change FROM held
    WHERE enters_on <= DATE '{last}' AND (left_on IS NULL OR date_trunc('month', left_on) > date_trunc('month', enters_on)) GROUP BY 1, 2
    UNION ALL
    SELECT g, greatest(date_trunc('month', left_on), DATE '{first}'), -count(*) FROM held
    WHERE left_on <= DATE '{last}' AND date_trunc('month', left_on) > date_trunc('month', enters_on) GROUP BY 1, 2
),
grid AS (
    SELECT * FROM (SELECT DISTINCT g FROM changes), (SELECT unnest(generate_series(DATE '{first}', DATE '{last}', INTERVAL 1 MONTH))::DATE AS month)
)
SELECT grid.g, grid.month, sum(coalesce(sum(change), 0)) OVER (PARTITION BY grid.g ORDER BY grid.month) AS numerator,
       NULL AS denominator, numerator AS value
FROM grid LEFT JOIN changes ON changes.month = grid.month AND changes.g IS NOT DISTINCT FROM grid.g
GROUP BY grid.g, grid.month
