"""Boundaries with versions, population by place and year, and which place a point is in.

Words: a *kind* is a family of places (`council_district`, `neighborhood`); a *layer* is one version of a kind with its dates in force;
a *place* is one polygon of a layer, known by its code. Rooms above import `queries`, `actions`, `extract`.
"""
