WITH held AS (
    SELECT {group} AS g, opened_on, status, CASE WHEN status <> 'open' THEN closed_on END AS left_on
    FROM requests
    WHERE is_counted AND (status = 'open' OR closed_on IS NOT NULL)
      AND NOT flag_closed_before_opened AND NOT flag_default_date AND NOT flag_opened_after_as_of
),
months AS (
    SELECT month, least(last_day(month), DATE '{last}') AS ends_on
    FROM (SELECT unnest(generate_series(DATE '{first}', DATE '{last}', INTERVAL 1 MONTH))::DATE AS month)
),
changes AS (
    SELECT g, greatest(date_trunc('month', opened_on), DATE '{first}') AS month, count(*) AS change FROM held
    WHERE left_on IS NULL OR date_trunc('month', left_on) > date_trunc('month', opened_on) GROUP BY 1, 2
    UNION ALL
    SELECT g, greatest(date_trunc('month', left_on), DATE '{first}'), -count(*) FROM held
    WHERE left_on <= DATE '{last}' AND date_trunc('month', left_on) > date_trunc('month', opened_on) GROUP BY 1, 2
),
grid AS (
    SELECT g, month FROM (SELECT DISTINCT g FROM changes), months
),
backlog AS (
    SELECT grid.g, grid.month, sum(coalesce(sum(change), 0)) OVER (PARTITION BY grid.g ORDER BY grid.month) AS waiting
    FROM grid LEFT JOIN changes ON changes.month = grid.month AND changes.g IS NOT DISTINCT FROM grid.g
    GROUP BY grid.g, grid.month
),
closings AS (
    SELECT g, left_on, count(*) AS closed FROM held WHERE left_on IS NOT NULL GROUP BY 1, 2
),
weekly AS (
    SELECT g, month, sum(closed) * 7 / 91 AS closed_a_week
    FROM closings JOIN months ON left_on > ends_on - 91 AND left_on <= ends_on
    GROUP BY 1, 2
)
SELECT backlog.g, backlog.month, waiting AS numerator, closed_a_week AS denominator, waiting / closed_a_week AS value
FROM backlog LEFT JOIN weekly ON weekly.month = backlog.month AND weekly.g IS NOT DISTINCT FROM backlog.g
