"""Open311 GeoReport v2: the city's requests for any program, to the letter of the standard, and a check anyone can run.

Standard words: service, service definition, request, token, jurisdiction. Reads and writes through `service_requests.cases`.
"""
