-- One number a month that changes when any fact of the month does.
SELECT
    month_key,
    count(*) AS requests,
    bit_xor(hash(request_key, is_default_point, is_mass_closed, is_recurred, is_reopened)) AS mark
FROM facts
GROUP BY month_key
