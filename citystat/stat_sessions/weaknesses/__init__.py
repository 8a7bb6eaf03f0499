"""Weaknesses people work on: a cause that is never a person, a fix, and a celebration with the names of those who agree."""
