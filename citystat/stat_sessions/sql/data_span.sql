SELECT min(opened_on) AS first_day, max(opened_on) AS last_day,
       count(*) FILTER (WHERE opened_on BETWEEN $start AND $end) AS in_month
FROM scoped
WHERE NOT coalesce(flag_default_date, FALSE) AND NOT coalesce(flag_opened_after_as_of, FALSE)
