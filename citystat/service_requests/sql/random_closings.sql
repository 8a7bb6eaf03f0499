-- Closings of a period in an order that the seed decides and nothing else; population counts them all.
SELECT
    source,
    request_id,
    closed_on,
    service,
    department,
    count(*) OVER () AS population
FROM requests
WHERE status = 'closed' AND is_counted AND closed_on BETWEEN $start AND $end
ORDER BY md5(concat_ws('/', CAST($seed AS VARCHAR), source, request_id)), source, request_id
LIMIT $size
