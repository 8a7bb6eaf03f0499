"""The 311 explorer: filters that live in the URL, and the counts, list, map cells and timeline that agree with them.

Every answer is one question to the warehouse under the same condition, so the map, the list and the counts can never disagree.
"""
