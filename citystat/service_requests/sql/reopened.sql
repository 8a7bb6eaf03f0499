-- Requests with a state that is open after an earlier state that was closed; rows are the current states.
WITH seen_again AS (
    SELECT DISTINCT source, request_id FROM landed WHERE load_id > (SELECT min(load_id) FROM landed)
),
states AS (
    SELECT landed.source, landed.request_id, landed.status, landed.as_of, landed.load_id
    FROM landed
    SEMI JOIN seen_again USING (source, request_id)
    WHERE NOT landed.moved_away
),
in_order AS (
    SELECT
        source,
        request_id,
        status,
        max(status = 'closed') OVER (
            PARTITION BY source, request_id ORDER BY as_of, load_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS was_closed
    FROM states
)
SELECT current_states.rid
FROM current_states
SEMI JOIN (SELECT source, request_id FROM in_order WHERE was_closed AND status = 'open') AS again USING (source, request_id)
