"""How many people a call center needs: Erlang C (nobody hangs up) and Erlang A (callers lose patience).

``erlang_c`` and ``erlang_a`` say what so many agents achieve in one interval; ``agents_needed`` is the smallest number that meets an
answer target; ``staffing_curve`` does it for a day of intervals, with people for breaks and meetings added. Words: *offered load* is
calls times handle time in erlangs; *service level* is the share of offered calls answered within the target; *shrinkage* is the share of
paid time not on calls.
Any room may import it; it imports numpy only.
"""

from citystat.methods.staffing.curves import StaffingCurve, agents_needed, staffing_curve
from citystat.methods.staffing.queues import Queue, erlang_a, erlang_c

__all__ = ["Queue", "StaffingCurve", "agents_needed", "erlang_a", "erlang_c", "staffing_curve"]
