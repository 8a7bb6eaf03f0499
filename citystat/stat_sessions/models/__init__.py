"""Packets, sessions, what was decided in them, commitments and reports."""

from citystat.stat_sessions.models.commitments import Commitment, CommitmentEvent, WeakPointCase
from citystat.stat_sessions.models.corrections import RecordCorrection
from citystat.stat_sessions.models.packets import Packet
from citystat.stat_sessions.models.reports import Audience, AudienceMember, Delivery, Narrative, Opening, Report, RetiredReport
from citystat.stat_sessions.models.sessions import Attendee, Decision, Memo, Release, Series, Session, SessionTopic, Vote

__all__ = [
    "Attendee",
    "Audience",
    "AudienceMember",
    "Commitment",
    "CommitmentEvent",
    "Decision",
    "Delivery",
    "Memo",
    "Narrative",
    "Opening",
    "Packet",
    "RecordCorrection",
    "Release",
    "Report",
    "RetiredReport",
    "Series",
    "Session",
    "SessionTopic",
    "Vote",
    "WeakPointCase",
]
