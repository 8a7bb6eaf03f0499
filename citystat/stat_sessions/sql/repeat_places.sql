SELECT service, service_slug, mode(address ORDER BY address) AS address, mode(neighborhood ORDER BY neighborhood) AS neighborhood,
       mode(zip ORDER BY zip) AS zip, mode(district ORDER BY district) AS district, count(*) AS requests,
       count(*) FILTER (WHERE opened_on >= $start) AS requests_in_month,
       count(*) FILTER (WHERE status = 'open' OR closed_on > $end) AS still_open
FROM scoped
WHERE is_counted AND is_located AND is_field_service AND NOT coalesce(flag_default_point, FALSE)
  AND opened_on BETWEEN $since AND $end
GROUP BY service, service_slug, round(latitude * 2000), round(longitude * 1500)
HAVING requests >= $fewest AND requests_in_month > 0
ORDER BY requests DESC, requests_in_month DESC, service, address
LIMIT $at_most
