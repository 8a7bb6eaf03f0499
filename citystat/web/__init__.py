"""The pages' shell and the pages that join rooms: home, measures, departments, services, districts, search, sign-in.

Imported by nobody but `config`.
"""
