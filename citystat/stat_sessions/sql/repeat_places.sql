-- Spots are found by counting alone; their words are looked for only in the rows of the few spots that are shown.
SELECT spots.service, spots.service_slug, mode(address ORDER BY address) AS address, mode(neighborhood ORDER BY neighborhood) AS neighborhood,
       mode(zip ORDER BY zip) AS zip, mode(district ORDER BY district) AS district, spots.requests, spots.requests_in_month,
       count(*) FILTER (WHERE status = 'open' OR closed_on > $end) AS still_open
FROM (
  SELECT service, service_slug, round(latitude * 2000) AS north, round(longitude * 1500) AS east, count(*) AS requests,
         count(*) FILTER (WHERE opened_on >= $start) AS requests_in_month
  FROM scoped
  WHERE is_counted AND is_located AND is_field_service AND NOT coalesce(flag_default_point, FALSE)
    AND opened_on BETWEEN $since AND $end
  GROUP BY service, service_slug, round(latitude * 2000), round(longitude * 1500)
  HAVING count(*) >= $fewest AND count(*) FILTER (WHERE opened_on >= $start) > 0
  QUALIFY rank() OVER (ORDER BY count(*) DESC, count(*) FILTER (WHERE opened_on >= $start) DESC, service) <= $at_most
) AS spots JOIN scoped
  ON round(latitude * 2000) = north AND round(longitude * 1500) = east
  AND scoped.service IS NOT DISTINCT FROM spots.service AND scoped.service_slug IS NOT DISTINCT FROM spots.service_slug
WHERE is_counted AND is_located AND is_field_service AND NOT coalesce(flag_default_point, FALSE)
  AND opened_on BETWEEN $since AND $end
GROUP BY spots.service, spots.service_slug, north, east, spots.requests, spots.requests_in_month
ORDER BY spots.requests DESC, spots.requests_in_month DESC, spots.service, address
LIMIT $at_most
