"""Articles call takers and residents find answers in, with owner, review date, languages and feedback.

An *article* answers a question; a search nobody found an answer for is listed.
"""
