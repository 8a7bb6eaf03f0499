-- Months with a request that reads differently on another as-of date: open, closed later, or opened later.
SELECT DISTINCT month_key
FROM landed
ANTI JOIN superseded ON landed.rid = superseded.rid
WHERE NOT landed.moved_away
    AND (landed.status = 'open' OR landed.closed_on > getvariable('as_of') OR landed.opened_on > getvariable('as_of'))
