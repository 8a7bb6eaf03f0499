"""Boundaries with versions, population by place and year, which place a point is in; the city's addresses and what stands at them.

Words: a *kind* is a family of places (`council_district`, `neighborhood`); a *layer* is one version of a kind with its dates in force;
a *place* is one polygon of a layer, known by its code. A *register* is a list somebody keeps: addresses, names of places, permits.
Rooms above import `queries`, `address_queries`, `actions`, `list_actions`, `extract`.
"""
