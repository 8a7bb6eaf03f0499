-- What Python answers for a batch: where is the point, when does the promise of the service end.
SELECT
    current_states.rid,
    current_states.longitude,
    current_states.latitude,
    current_states.opened_on,
    CASE WHEN current_states.due_on IS NULL THEN current_states.opened_at END AS promised_from,
    promises.kind AS promise_kind,
    promises.promise_value,
    promises.promise_unit
FROM current_states
LEFT JOIN slugs ON current_states.service = slugs.service
LEFT JOIN promises
    ON slugs.service_slug = promises.service_slug
    AND current_states.opened_on BETWEEN promises.first_day AND promises.last_day
