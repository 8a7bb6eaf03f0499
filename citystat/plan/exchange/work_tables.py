"""The tables of what is done: countdowns with their items, processes, programs with their evidence, improvements, advice. Since 1.1."""

from citystat.plan.exchange import work_rows
from citystat.plan.exchange.tables import Table, declare
from citystat.plan.models import (
    AdvisoryCouncil,
    BudgetAmount,
    BudgetLine,
    CouncilMember,
    Countdown,
    CountdownEvent,
    CountdownItem,
    Evidence,
    FocusSelection,
    Improvement,
    Incident,
    Process,
    ProcessEvaluation,
    ProcessMeasure,
    Program,
    Recommendation,
    TrainedLead,
    WorkGroup,
    WorkGroupMeeting,
)  # fmt: skip

COUNTDOWNS = declare("countdowns", "Goals of a number of things by a day, each counted one by one.", """
slug! Short name.
goal_code Code of the goal it serves.
title! Title.
title_es Title in Spanish.
things! What is counted, in the plural.
things_es The same in Spanish.
text What is being done.
text_es The same in Spanish.
department The department that does it.
owner% Who answers for it.
starts_on! First day.
ends_on! Last day.
target_count! How many.
check_share! Share of items said to be done that somebody else looks at before they count, between 0 and 1.
budget Money there is for it.
is_public! Whether everyone may see it.
created_at* When it was set up.
""", key=("slug",), model=Countdown, rows=work_rows.public(Countdown, "slug"))  # fmt: skip

ITEMS = declare("countdown_items", "The things that are counted. Only a counted one counts, and none without proof and a day.", """
countdown! The countdown.
key! What makes it one: a parcel, an address, a case number.
address Where it is.
district The district it lies in.
longitude Degrees east, WGS 84.
latitude Degrees north, WGS 84.
how How it was done.
status! How it stands.
is_sampled* Whether somebody else looks at it before it counts.
proof What shows that it is done; public once it counts.
proof_file File name of a photo that shows it, in `photos/` of a staff package; public packages hold no photos.
done_on The day it was done.
cost What it cost.
submitted_by* Who said that it is done.
submitted_at* When that was said.
checked_by* Who looked at it.
checked_at* When.
counted_on The day from which it counts.
note* What was last said of it.
""", key=("countdown", "key"), model=CountdownItem, rows=work_rows.items,
    links=[(("countdown",), COUNTDOWNS, "countdown")])  # fmt: skip

ITEM_EVENTS = declare("countdown_events", "Every change of an item, only added to. Staff packages only.", """
id! Number of the row.
countdown! The countdown.
item! Key of the item.
at! When.
by Who.
before Status before; empty where the item was added.
after! Status after.
note What was said.
""", key=("id",), model=CountdownEvent, rows=work_rows.for_staff(CountdownEvent, "item__countdown__slug", "item__key", "at"),
    links=[(("countdown", "item"), ITEMS, "item")])  # fmt: skip

PROCESSES = declare("processes", "Critical processes as workshops found them. Staff packages only.", """
department! The department.
name! The process.
name_es The same in Spanish.
owner Who owns it.
text What it is for.
steps! Its steps in order, a list of objects with name, who and how_long.
services! Services it delivers, a list of short names.
is_critical! Whether the department cannot do without it.
workshop_on When it was written down.
workshop_by Who led the workshop and took part.
created_at When it was entered.
""", key=("department", "name"), model=Process, rows=work_rows.for_staff(Process, "department", "name"))  # fmt: skip

TO_PROCESS = ((("department", "process"), PROCESSES, "process"),)
PROCESS_MEASURES = declare("process_measures", "Measures that say how a process does. Staff packages only.", """
department! The department.
process! The process.
measure! The measure.
""", key=("department", "process", "measure"), model=ProcessMeasure,
    rows=work_rows.for_staff(ProcessMeasure, "process__department", "process__name", "measure"), links=TO_PROCESS)  # fmt: skip

FINDINGS = declare("process_findings", "What evaluations of a process found, and what becomes of it. Staff packages only.", """
id! Number of the row.
department! The department.
process! The process.
finding! What was found.
owner Who sees to it.
status! How it stands.
note What was done, or why nothing will be.
found_on! When it was found.
due_on By when it is seen to.
closed_on When it was closed.
""", key=("id",), model=ProcessEvaluation,
    rows=work_rows.for_staff(ProcessEvaluation, "process__department", "process__name", "found_on"), links=TO_PROCESS)  # fmt: skip

LEADS = declare("trained_leads", "Who is trained to lead the Stat work of a department. Staff packages only.", """
id! Number of the row.
department! The department.
person The account.
name The name, where there is no account.
trained_on! When they were trained.
until Until when it holds.
""", key=("id",), model=TrainedLead, rows=work_rows.for_staff(TrainedLead, "department", "trained_on"))  # fmt: skip

PROGRAMS = declare("programs", "What the city does about something, decided on a day, with money.", """
slug! Short name.
title! Title.
title_es Title in Spanish.
text What the program does.
text_es The same in Spanish.
goal_code Code of the goal it serves.
department The department that runs it.
decided_on The day of the decision.
decided_by Who decided.
budget Money given for it.
countdown Short name of the countdown that counts what is delivered.
services! Services whose requests are its volume, a list.
measures! Measures of its volume or results, a list.
is_public! Whether everyone may see it.
created_at* When it was recorded.
""", key=("slug",), model=Program, rows=work_rows.programs)  # fmt: skip

EVIDENCE = declare("program_evidence", "What a program stands on; what is dated after the decision is what followed. Never edited.", """
id! Number of the row.
program! The program.
kind! Where it comes from.
text! What was found.
text_es The same in Spanish.
source! Where it is written down.
url Its address.
dated_on! The day it is dated.
measure The measure whose value it is.
period The period of the value.
value The value as it stood.
build The data build it was read from.
recorded_by* Who recorded it.
recorded_at! When.
taken_back_at* When it was taken back.
taken_back_why* Why.
""", key=("id",), model=Evidence, rows=work_rows.evidence, links=[(("program",), PROGRAMS, "program")])  # fmt: skip

BUDGET_LINES = declare("budget_lines", "Lines of the budget, as the last file had them.", """
code! Code of the line.
title! Title.
title_es Title in Spanish.
program The program it pays for.
department The department.
services! Services whose requests are its demand, a list.
source! The file it comes from.
loaded_at! When that was loaded.
""", key=("code",), model=BudgetLine, rows=work_rows.whole(BudgetLine, "code"), links=[(("program",), PROGRAMS, "program")])  # fmt: skip

BUDGET_AMOUNTS = declare("budget_amounts", "Amounts of budget lines by fiscal year.", """
line! The line.
year! The year the fiscal year begins in.
amount! The amount.
""", key=("line", "year"), model=BudgetAmount, rows=work_rows.whole(BudgetAmount, "line__code", "year"),
    links=[(("line",), BUDGET_LINES, "line")])  # fmt: skip

WORK_GROUPS = declare("work_groups", "Council members and staff who look after something together.", """
slug! Short name.
title! Title.
title_es Title in Spanish.
text What it looks after.
text_es The same in Spanish.
""", key=("slug",), model=WorkGroup, rows=work_rows.whole(WorkGroup, "slug"))  # fmt: skip

GROUP_MEETINGS = declare("work_group_meetings", "Meetings of work groups.", """
group! The work group.
held_on! The day.
text What was talked about.
text_es The same in Spanish.
recorded_by* Who recorded it.
""", key=("group", "held_on"), model=WorkGroupMeeting, rows=work_rows.whole(WorkGroupMeeting, "group__slug", "held_on"),
    links=[(("group",), WORK_GROUPS, "group")])  # fmt: skip

IMPROVEMENTS = declare("improvements", "Something changed on a day, and the figure that should show it.", """
slug! Short name.
title! What changed.
title_es The same in Spanish.
text More about it.
text_es The same in Spanish.
department The department.
meeting_group Work group of the meeting it comes from.
meeting_on Day of that meeting.
program The program it belongs to.
started_on! First day.
window_months! Months compared on each side.
measure The measure that should show it.
incidents Kind of incidents whose response time should show it, as in `incidents`.
where! Which rows of the measure, an object of values by key.
by Kind of place to show apart.
areas! Areas of the incidents, a list; all where empty.
is_public! Whether everyone may see it.
created_at* When it was recorded.
""", key=("slug",), model=Improvement, rows=work_rows.public(Improvement, "slug"),
    links=[(("meeting_group", "meeting_on"), GROUP_MEETINGS, "meeting"), (("program",), PROGRAMS, "program")])  # fmt: skip

INCIDENTS = declare("incidents", "Single calls somebody was sent to, and how long it took. Staff packages only. Since 1.2.", """
id! Number of the row.
source! The file it comes from.
kind! What happened.
on! The day.
area! The area.
seconds Seconds until the first crew was there; empty where nobody wrote it down.
""", key=("id",), model=Incident, rows=work_rows.incidents)  # fmt: skip

SELECTIONS = declare("focus_areas", "Areas chosen by a written rule, and what is done there.", """
slug! Short name.
title! Title.
title_es Title in Spanish.
why Why areas are chosen.
why_es The same in Spanish.
kind! Kind of place.
looked_from! First day looked at.
looked_to! Last day looked at.
indicators! The rule, a list of measures with the worst so many or a threshold.
needed! How many indicators must apply.
chosen! What the rule gave, frozen on the day of choosing.
chosen_on The day of choosing.
plan_text What is done there.
plan_text_es The same in Spanish.
partners! Partners, a list.
starts_on The day it begins.
outcome:measure The measure that shows whether the areas improve.
window_months! Months compared on each side.
is_public! Whether everyone may see it.
created_at* When it was written down.
""", key=("slug",), model=FocusSelection, rows=work_rows.selections)  # fmt: skip

COUNCILS = declare("advisory_councils", "Associations that advise the city.", """
slug! Short name.
title! Title.
title_es Title in Spanish.
text What it advises on.
text_es The same in Spanish.
kind! Kind of place its members stand for.
""", key=("slug",), model=AdvisoryCouncil, rows=work_rows.whole(AdvisoryCouncil, "slug"))  # fmt: skip

TO_COUNCIL = ((("council",), COUNCILS, "council"),)
COUNCIL_MEMBERS = declare("council_members", "Members of advisory councils, from a day to a day.", """
id! Number of the row.
council! The council.
name! The member.
association The association.
areas! Areas the member stands for, a list.
since! First day.
until Last day.
""", key=("id",), model=CouncilMember, rows=work_rows.whole(CouncilMember, "council__slug", "since", "name"), links=TO_COUNCIL)  # fmt: skip

RECOMMENDATIONS = declare("recommendations", "What a council advised, and what the city answered.", """
id! Number of the row.
council! The council.
given_on! When it was given.
text! What was advised.
text_es The same in Spanish.
goal_code Code of the goal it is about.
answer! What the city answered.
response The answer in words.
response_es The same in Spanish.
responded_on When it was answered.
responded_by The office that answered.
recorded_by* Who recorded it.
""", key=("id",), model=Recommendation, rows=work_rows.whole(Recommendation, "council__slug", "given_on"), links=TO_COUNCIL)  # fmt: skip

TABLES: tuple[Table, ...] = (
    COUNTDOWNS, ITEMS, ITEM_EVENTS, PROCESSES, PROCESS_MEASURES, FINDINGS, LEADS, PROGRAMS, EVIDENCE, BUDGET_LINES, BUDGET_AMOUNTS,
    WORK_GROUPS, GROUP_MEETINGS, IMPROVEMENTS, INCIDENTS, SELECTIONS, COUNCILS, COUNCIL_MEMBERS, RECOMMENDATIONS,
)  # fmt: skip
