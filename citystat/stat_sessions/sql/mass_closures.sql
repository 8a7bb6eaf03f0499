SELECT closed_on, department, mode(service ORDER BY service) AS service, count(DISTINCT service) AS services, count(*) AS requests,
       min(opened_on) AS oldest_opened_on
FROM scoped
WHERE flag_mass_closed AND status <> 'open' AND is_counted AND closed_on BETWEEN $start AND $end
GROUP BY closed_on, department
ORDER BY requests DESC, closed_on, department
