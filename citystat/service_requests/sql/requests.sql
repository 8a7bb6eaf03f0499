-- What the build says of each request of a batch, in the order of `answered`: the questions and what Python answered. What was recorded
-- is read from the landed files without passing through here.
WITH known AS (
    SELECT
        rid,
        status,
        opened_at,
        opened_on,
        closed_at,
        closed_on,
        closed_has_time,
        closed_recorded_on,
        on_time_recorded,
        coalesce(answered.due_at, answered.promised_at) AS due_at,
        coalesce(answered.due_on, answered.promised_on) AS due_on,
        coalesce(answered.due_has_time, answered.promised_has_time) AS due_has_time,
        CASE
            WHEN answered.due_on IS NOT NULL THEN 'recorded'
            WHEN answered.promised_on IS NOT NULL AND answered.promise_source = 'suggested' THEN 'suggested'
            WHEN answered.promised_on IS NOT NULL THEN 'catalog'
            ELSE 'none'
        END AS due_source,
        answered.status NOT IN ('cancelled', 'duplicate', 'invalid') AS is_counted,
        answered.status <> 'information_only' AND coalesce(answered.promise_kind, 'field') <> 'information' AS is_field_service,
        answered.is_reopened AS reopened,
        answered.is_recurred,
        answered.is_default_point AS flag_default_point,
        answered.is_mass_closed AS flag_mass_closed,
        coalesce(
            NOT (
                answered.longitude BETWEEN getvariable('west') AND getvariable('east')
                AND answered.latitude BETWEEN getvariable('south') AND getvariable('north')
            ),
            FALSE
        ) AS flag_off_city,
        answered.latitude IS NOT NULL AND answered.longitude IS NOT NULL AS has_point,
        coalesce(answered.closed_recorded_on > getvariable('as_of'), FALSE) AS flag_closed_after_as_of,
        coalesce(answered.opened_on > getvariable('as_of'), FALSE) AS flag_opened_after_as_of,
        coalesce(answered.opened_has_time AND answered.closed_has_time, FALSE) AS has_both_times,
        (epoch_us(answered.closed_at) - epoch_us(answered.opened_at)) / 1e6 AS seconds_to_close
    FROM answered
),
located AS (
    SELECT *, has_point AND NOT flag_default_point AND NOT flag_off_city AS is_located FROM known
)
SELECT
    *,
    CAST(date_trunc('month', opened_on) AS DATE) AS opened_month,
    CASE
        WHEN closed_on IS NULL THEN NULL
        WHEN has_both_times THEN CASE WHEN seconds_to_close >= 0 THEN seconds_to_close / 86400 END
        WHEN closed_on >= opened_on THEN CAST(closed_on - opened_on AS DOUBLE)
    END AS days_to_close,
    CASE WHEN status = 'open' THEN CAST(getvariable('as_of') - opened_on AS DOUBLE) END AS age_days,
    CASE
        WHEN status = 'open' THEN CASE WHEN due_on < getvariable('as_of') THEN FALSE END
        WHEN closed_on IS NOT NULL AND due_on IS NOT NULL THEN
            CASE WHEN closed_has_time AND due_has_time THEN closed_at <= due_at ELSE closed_on <= due_on END
        WHEN due_on IS NULL AND status = 'closed' THEN on_time_recorded
    END AS on_time,
    coalesce(status = 'open' AND due_on < getvariable('as_of'), FALSE) AS is_overdue,
    CASE WHEN is_located AND status = 'closed' AND closed_on IS NOT NULL THEN is_recurred END AS recurred,
    coalesce(
        is_field_service AND status = 'closed' AND has_both_times
        AND seconds_to_close >= 0 AND seconds_to_close < getvariable('quick_close_seconds'),
        FALSE
    ) AS flag_closed_in_minutes
FROM located
