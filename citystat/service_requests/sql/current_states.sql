-- The current state of each request, as known on the as-of date: a closing recorded for a later day has not happened yet.
SELECT
    landed.* REPLACE (
        CASE
            WHEN landed.status = 'information_only' THEN landed.status
            WHEN landed.closed_on > getvariable('as_of') THEN 'open'
            ELSE landed.status
        END AS status,
        CASE
            WHEN landed.status = 'open' OR landed.closed_on > getvariable('as_of') THEN NULL
            ELSE landed.closed_on
        END AS closed_on,
        CASE
            WHEN landed.status = 'open' OR landed.closed_on > getvariable('as_of') THEN NULL
            ELSE landed.closed_at
        END AS closed_at
    ),
    landed.closed_on AS closed_recorded_on
FROM landed
ANTI JOIN superseded ON landed.rid = superseded.rid
WHERE NOT landed.moved_away
