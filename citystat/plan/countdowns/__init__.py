"""Countdown goals: so many things done in so many days.

A *thing* (item) is open, pending (said to be done), counted, returned or withdrawn. Only a counted one counts, and none is counted
without proof: pending things wait in the queue of the quality analyst, who is never the person who said so. Things outside the
sample count at once, with proof. The *error rate* is the share returned of those checked, with its number and interval.
"""
