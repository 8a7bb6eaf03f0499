"""Pace: so many things in so many days.

``standing`` compares what is done with the straight line from nothing on the first day to everything on the last;
``projected_finish`` says when the rest will be done at the recent pace, with an interval, or why it cannot say.
Words: *expected* is the straight line's count at the end of a day; the *window* is the recent days the pace is taken from.
Any room may import it; it imports scipy only.
"""

from citystat.methods.pace.finish import Finish, projected_finish
from citystat.methods.pace.straight_line import Standing, standing

__all__ = ["Finish", "Standing", "projected_finish", "standing"]
