-- Rows that are not the current state of their request. Only months whose rows are not all different requests are asked, and of those only
-- months more than one load wrote: within a load a request has one state.
SELECT rid
FROM (
    SELECT
        rid,
        row_number() OVER (
            PARTITION BY source, request_id
            ORDER BY as_of DESC, load_id DESC, updated_at DESC NULLS LAST, closed_on DESC NULLS LAST, state_hash DESC, rid DESC
        ) AS place
    FROM landed
    WHERE month_key IN (
        SELECT month_key
        FROM landed
        WHERE month_key IN (SELECT month_key FROM landed GROUP BY month_key HAVING min(load_id) < max(load_id))
        GROUP BY month_key
        -- The hash decides only whether to look closer: two ids with one hash cost time, never a row.
        HAVING count(*) > count(DISTINCT hash(source, request_id))
    )
)
WHERE place > 1
