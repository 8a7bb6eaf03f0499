"""What people write about goals and measures: plans, registered measures, values, targets, corrections, processes."""

from citystat.plan.models.analyses import SavedAnalysis
from citystat.plan.models.countdowns import Countdown, CountdownEvent, CountdownItem
from citystat.plan.models.goals import Goal, GoalDataset, GoalMeasure, GoalProgress, Partner, Plan, Theme, ThemeMeasure, ThemeMember
from citystat.plan.models.processes import Process, ProcessEvaluation, ProcessMeasure, TrainedLead
from citystat.plan.models.registered import (
    Correction,
    MeasureName,
    MeasureVersion,
    RecordedValue,
    RegisteredMeasure,
    ResidentInput,
    Target,
    ValueRequest,
)

__all__ = [
    "Correction",
    "Countdown",
    "CountdownEvent",
    "CountdownItem",
    "Goal",
    "GoalDataset",
    "GoalMeasure",
    "GoalProgress",
    "MeasureName",
    "MeasureVersion",
    "Partner",
    "Plan",
    "Process",
    "ProcessEvaluation",
    "ProcessMeasure",
    "RecordedValue",
    "RegisteredMeasure",
    "ResidentInput",
    "SavedAnalysis",
    "Target",
    "Theme",
    "ThemeMeasure",
    "ThemeMember",
    "TrainedLead",
    "ValueRequest",
]
