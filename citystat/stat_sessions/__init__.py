"""What goes before the mayor: the monthly packet, its topics chosen by rule, frozen with its build and checksum.

Words: a *packet* is the monthly 311 report of a city, department or district; a *topic* is something the rules propose to talk
about; a *release* freezes data, text and checksum. Rooms above import `queries` and `actions`.
"""
