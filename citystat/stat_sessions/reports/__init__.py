"""Reports and where they go: department's month, quarter's scorecard, year; audiences, deliveries, openings, office files.

A `Document` is sections of lines, tables of typed cells and charts. Reports are made as documents and frozen so; packets are read into
one for Excel and PowerPoint. An audience is a named group that gets its own brief of what is released, once.
"""
