-- The narrow side of a batch: what is derived of each request is derived from this. In the order the rows are written in.
SELECT
    current_states.month_key,
    current_states.rid,
    current_states.longitude,
    current_states.latitude,
    current_states.status,
    current_states.opened_at,
    current_states.opened_on,
    current_states.opened_has_time,
    current_states.due_at,
    current_states.due_on,
    current_states.due_has_time,
    current_states.closed_at,
    current_states.closed_on,
    current_states.closed_has_time,
    current_states.closed_recorded_on,
    current_states.on_time_recorded,
    CASE WHEN current_states.due_on IS NULL THEN current_states.opened_at END AS promised_from,
    promises.promise_value,
    promises.promise_unit,
    promises.kind AS promise_kind,
    promises.promise_source,
    slugs.service_slug,
    coalesce(facts.is_reopened, FALSE) AS is_reopened,
    coalesce(facts.is_recurred, FALSE) AS is_recurred,
    coalesce(facts.is_default_point, FALSE) AS is_default_point,
    coalesce(facts.is_mass_closed, FALSE) AS is_mass_closed
FROM current_states
LEFT JOIN facts ON current_states.rid = facts.rid
LEFT JOIN slugs ON current_states.service = slugs.service
LEFT JOIN promises
    ON slugs.service_slug = promises.service_slug
    AND current_states.opened_on BETWEEN promises.first_day AND promises.last_day
ORDER BY current_states.month_key, current_states.opened_at, current_states.source, current_states.request_id
