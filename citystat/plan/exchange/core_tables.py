"""The tables of the plan and the register."""

from citystat.plan.exchange import core_rows, figures
from citystat.plan.exchange.tables import Table, declare
from citystat.plan.models import (
    Correction,
    Goal,
    GoalDataset,
    GoalMeasure,
    GoalProgress,
    MeasureName,
    MeasureVersion,
    Partner,
    Plan,
    RecordedValue,
    RegisteredMeasure,
    ResidentInput,
    Target,
    Theme,
    ThemeMeasure,
    ThemeMember,
)  # fmt: skip

PEOPLE = declare("people", "Accounts that other tables name. Empty where staff are not named.", """
person! Key in this package.
name% The name as shown.
email* The address of the account.
""", key=("person",), rows=lambda scope: ())  # fmt: skip

PLANS = declare("plans", "Versions of the plan. An adopted version never changes; the next one says what it is based on.", """
number! Number of the version.
title! Title.
title_es Title in Spanish.
text What the plan says of itself.
text_es The same in Spanish.
starts_on! First day the plan is for.
ends_on! Last day the plan is for.
status! How far it is; at most one is adopted without a last day in force.
adopted_on The day it was adopted.
adopted_by The body that adopted it.
resolution The resolution that adopted it.
resolution_url Where the resolution is published.
in_force_from First day in force.
in_force_to Last day in force; empty for the one in force.
based_on The version it started from.
created_by* Who started it.
created_at* When it was started.
""", key=("number",), model=Plan, rows=core_rows.plans, links=[(("based_on",), None, "based_on")])  # fmt: skip

GOALS = declare("goals", "Goals of each version in a tree: priorities, objectives, strategies, goals of departments.", """
plan! The version.
code! Code of the goal, the same in every version.
level! Kind of goal.
parent Code of the goal above, in the same version; the goals form a tree.
title! Title.
title_es Title in Spanish.
text What it means.
text_es The same in Spanish.
story What has been done.
story_es The same in Spanish.
department The department that leads it.
owner% Who answers for it.
sponsor% Who sponsors it.
starts_on First day.
ends_on Last day.
is_measurable! Whether it has a measure, a baseline, a target and a date.
data_needed What would have to be known, where no measure answers it.
change! What became of it against the version before.
replaces Code of the goal it replaces.
position! Order on the page.
""", key=("plan", "code"), model=Goal, rows=core_rows.goals,
    links=[(("plan",), PLANS, "plan"), (("plan", "parent"), None, "parent")])  # fmt: skip

TO_GOAL = ((("plan", "goal"), GOALS, "goal"),)
GOAL_MEASURES = declare("goal_measures", "Measures of success of a goal: from where, to where, by when.", """
plan! The version.
goal! Code of the goal.
measure! The measure.
baseline_value Where it stood, in the unit of the measure; shares are between 0 and 1.
baseline_on When it stood there.
target_value Where it shall stand.
target_on By when.
note A note.
position! Order on the page.
""", key=("plan", "goal", "measure"), model=GoalMeasure,
    rows=core_rows.below_goals(GoalMeasure, "position", "measure"), links=TO_GOAL)  # fmt: skip

PARTNERS = declare("partners", "Organizations outside city hall that work on a goal.", """
id! Number of the row.
plan! The version.
goal! Code of the goal.
name! The organization.
role! What it does.
url Its page.
since Since when.
until Until when.
""", key=("id",), model=Partner, rows=core_rows.below_goals(Partner, "name"), links=TO_GOAL)  # fmt: skip

GOAL_DATASETS = declare("goal_datasets", "Datasets with which anybody can check what the page of a goal says.", """
id! Number of the row.
plan! The version.
goal! Code of the goal.
title! What it is.
url! Where it is.
""", key=("id",), model=GoalDataset, rows=core_rows.below_goals(GoalDataset, "title"), links=TO_GOAL)  # fmt: skip

NARRATIVES = declare("narratives", "What was done towards a goal, with what shows it; never edited.", """
id! Number of the row.
goal_code! Code of the goal, in whatever version.
on! The day.
text! What was done.
text_es The same in Spanish.
evidence! Where it can be checked.
by* Who wrote it.
recorded_at When it was written.
""", key=("id",), model=GoalProgress, rows=core_rows.everything(GoalProgress, "on"))  # fmt: skip

THEMES = declare("themes", "Major opportunity areas that join several departments.", """
slug! Short name.
title! Title.
title_es Title in Spanish.
text What it is about.
text_es The same in Spanish.
sponsor% Who sponsors it.
goal_codes! Codes of its goals, a list.
is_public! Whether everyone may see it.
created_at When it was named.
""", key=("slug",), model=Theme, rows=core_rows.themes)  # fmt: skip

THEME_MEASURES = declare("theme_measures", "Measures a theme draws on.", """
theme! The theme.
measure! The measure.
department The department that owns it.
""", key=("theme", "measure"), model=ThemeMeasure, rows=core_rows.below_themes(ThemeMeasure, "department", "measure"),
    links=[(("theme",), THEMES, "theme")])  # fmt: skip

THEME_MEMBERS = declare("theme_members", "The team of a theme.", """
id! Number of the row.
theme! The theme.
person% The account.
name% The name, where there is no account.
department The department that lends the person.
role What the person does.
""", key=("id",), model=ThemeMember, rows=core_rows.below_themes(ThemeMember, "department", "pk"),
    links=[(("theme",), THEMES, "theme")])  # fmt: skip

MEASURES = declare("measures", "Every measure that is defined or named anywhere in the package.", """
name! The name, which never changes.
source!:string=warehouse|typed|survey|computed|gap|unknown Where values come from; unknown where it is named and not defined.
audience:string=public|staff Who may see it; empty before a definition is validated.
department The department it belongs to.
owner% Who gives its values or answers for it.
analyst* Who looks after it.
rolls_up_to:measure The measure of a higher tier it is counted in.
is_retired!:boolean Whether it is no longer used.
created_at:datetime When it was registered; empty for measures that are files.
""", key=("name",), rows=core_rows.measures, model=RegisteredMeasure)  # fmt: skip

VERSIONS = declare("measure_versions", "Definitions in versions. A validated one is locked; a change is the next version.", """
measure! The measure.
version! Number of the version.
status! How far it is.
definition! The whole definition: of a warehouse measure as in its file, of others by the fields of the register.
definition_hash:string Checksum of the fields that decide what the number means.
change! What changed against the version before.
replaces:string The measure it replaces.
rebase_on From which day limits start anew.
rebase_reason Why.
drafted_by* Who drafted it.
drafted_at When it was drafted.
submitted_at When it went to review.
reviewed_by* Who reviewed it.
reviewed_at When it was reviewed.
reason* Why it was returned.
""", key=("measure", "version"), model=MeasureVersion, rows=core_rows.versions)  # fmt: skip

NAMES = declare("measure_names", "What a measure was called from when to when.", """
id! Number of the row.
measure! The measure.
label! The name people read.
label_es The same in Spanish.
used_from! First day.
used_to Last day; empty for the present name.
why Why it changed.
""", key=("id",), model=MeasureName, rows=core_rows.everything(MeasureName, "measure__name", select="measure"))  # fmt: skip

RECORDED = declare("recorded_values", "Values people gave. None is ever edited: a correction is another row, and the one before stays.", """
id! Number of the row, in the order given.
measure! The measure.
version! Version of the definition it was counted by.
period_start! First day of the period.
period_end! Last day of the period.
group_key What it is split by; empty for the whole.
group_value The group.
numerator What was counted.
denominator What it is divided by.
value The value; empty where the period has none, and the note says why.
note A note.
evidence Where the number can be checked.
channel! How it came in.
entered_by* Who gave it.
entered_at! When it was given.
superseded_at Until when it stood; empty for the one that stands.
""", key=("id",), model=RecordedValue, rows=core_rows.everything(RecordedValue, only_wanted=True, select="measure"))  # fmt: skip

VALUES = declare("values", "Every measure by period and group as it is published, for the last five years.", """
measure! The measure.
period! The period: 2017-06, 2017-Q2, 2017.
period_start!:date Its first day.
period_end!:date Its last day.
group_key:string What it is split by; empty for the whole.
group_value:string The group; “(none)” where it was not recorded.
version:integer Version of the definition.
numerator:number What was counted.
denominator:number What it is divided by.
value:number The value; a share is between 0 and 1. Empty unless there is a number: an empty cell is never 0.
lower:number Lower end of the 95% interval.
upper:number Upper end of the 95% interval.
state!:string=ok|too_few|missing|incomplete Whether there is a number: too few to say, not given, or not complete yet.
complete!:boolean Whether the period is over and followed up.
build:integer The data build it was counted from; empty for what people gave.
""", key=("measure", "period", "group_key", "group_value"), rows=figures.values)  # fmt: skip

SIGNALS = declare("signals", "What the control chart says of complete values.", """
measure! The measure.
period! The period.
period_start!:date Its first day.
period_end!:date Its last day.
group_key:string What it is split by; empty for the whole.
group_value:string The group.
signal!:string=improving|concerning|neutral|common_cause A change that is more than chance, or chance alone.
""", key=("measure", "period", "group_key", "group_value"), rows=figures.signals)  # fmt: skip

TARGETS = declare("targets", "Targets with the days they are in force; of several the last one set counts.", """
id! Number of the row.
measure! The measure.
origin!:string=set|definition Set by people, or part of a definition.
value! The target, in the unit of the measure.
in_force_from First day in force.
in_force_to Last day in force.
rationale Why this much.
plan The version of the plan that set it.
set_by* Who set it.
set_at When it was set.
withdrawn_at* When it was withdrawn.
""", key=("id",), model=Target, rows=core_rows.targets, links=[(("plan",), PLANS, "plan")])  # fmt: skip

CORRECTIONS = declare("corrections", "Published figures that were wrong: what stood there, what is right, why.", """
id! Number of the row.
measure! The measure.
period! The period.
group_key What it is split by; empty for the whole.
group_value The group.
old_value What stood there.
new_value What is right.
reason! Why it was wrong.
reason_es The same in Spanish.
stood_in! Where it stood, a list.
published_at! When it was corrected.
by* Who corrected it.
replaced_value The recorded value it replaces.
new_row The recorded value that is right.
""", key=("id",), model=Correction, rows=core_rows.everything(Correction, "published_at"),
    links=[(("replaced_value",), RECORDED, "replaced_value"), (("new_row",), RECORDED, "new_row")])  # fmt: skip

INPUTS = declare("resident_inputs", "What residents said that a goal or a measure answers to.", """
id! Number of the row.
kind! Where it comes from.
text! What they said.
text_es The same in Spanish.
source! Where it is written down.
url Its address.
received_on! When.
measure The measure that answers it.
goal_code Code of the goal that answers it.
is_proposal! Whether it proposes a measure that does not exist yet.
recorded_by* Who wrote it down.
""", key=("id",), model=ResidentInput, rows=core_rows.everything(ResidentInput, "received_on"))  # fmt: skip

TABLES: tuple[Table, ...] = (
    PEOPLE, PLANS, GOALS, GOAL_MEASURES, PARTNERS, GOAL_DATASETS, NARRATIVES, THEMES, THEME_MEASURES, THEME_MEMBERS, MEASURES, VERSIONS,
    NAMES, RECORDED, VALUES, SIGNALS, TARGETS, CORRECTIONS, INPUTS,
)  # fmt: skip
