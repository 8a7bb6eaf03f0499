"""Load calls, callers' answers and costs. Each load is all or nothing; every row is accounted for; loading it again changes nothing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Q, Sum

from citystat.core import audit
from citystat.core.cities import current_city
from citystat.service_requests import access
from citystat.service_requests.center import call_files, cost_files, layout_files, survey_files
from citystat.service_requests.center.call_files import FIELDS, Call, Volume
from citystat.service_requests.center.layout_files import Layout
from citystat.service_requests.center.tables import Account, Opened, opened
from citystat.service_requests.models import CallerAnswer, CallVolume, CenterCost, CenterLoad, PhoneCall

CALL_FIELDS: Final = ("queue", "starts_at", "answered", "wait_seconds", "handle_seconds")
ANSWER_FIELDS: Final = ("on", "score", "department")
AT_ONCE: Final = 400
CALLS: Final = "calls"
SURVEY: Final = "caller_survey"
COSTS: Final = "center_costs"


def load_calls(path: Path, *, layout: str | None = None, source: str | None = None, by: Any = None) -> dict[str, Any]:
    """Load call volumes from CSV. Raises InputError when the file fits no layout or no row can be used."""
    access.check_can_manage_311(by)
    account = Account()
    with opened(path) as file, transaction.atomic():
        chosen = layout_files.choose(file.header, CALLS, layout, file.name)
        load = _start(file, CALLS, chosen.name, source or chosen.source, by)
        reader = call_files.Reader(chosen, file.header, current_city().zone)
        if chosen.rows == "call":
            _save_calls(reader, file, load, account)
        else:
            _save_volumes(reader, file, load, account)
        return _finish(load, account, by) | _span(load)


def load_survey(path: Path, *, layout: str | None = None, source: str | None = None, by: Any = None) -> dict[str, Any]:
    """Load callers' answers from CSV; who answered is kept as a checksum."""
    access.check_can_manage_311(by)
    account = Account()
    with opened(path) as file, transaction.atomic():
        chosen = layout_files.choose(file.header, SURVEY, layout, file.name)
        load = _start(file, SURVEY, chosen.name, source or chosen.source, by)
        _save_answers(survey_files.Reader(chosen, file.header, load.source), file, load, account)
        return _finish(load, account, by)


def load_costs(path: Path, *, by: Any = None) -> dict[str, Any]:
    """Load what the center's posts and other things cost, and who pays; a post's shares in a period are replaced together."""
    access.check_can_manage_311(by)
    account = Account()
    with opened(path) as file, transaction.atomic():
        load = _start(file, COSTS, "center-costs", "center-costs", by)
        _save_costs(cost_files.read(file, account), load, account)
        return _finish(load, account, by)


def _start(file: Opened, kind: str, layout: str, source: str, by: Any) -> CenterLoad:
    person = by if getattr(by, "pk", None) else None
    counts = dict.fromkeys(("rows_read", "loaded", "unchanged", "superseded", "rejected"), 0)
    return CenterLoad.objects.create(
        kind=kind, file=file.name[:200], sha256=file.sha256, layout=layout, source=source[:80], loaded_by=person, **counts
    )


def _finish(load: CenterLoad, account: Account, by: Any) -> dict[str, Any]:
    account.check(load.file)
    load.rows_read, load.loaded, load.unchanged = account.read, account.loaded, account.unchanged
    load.superseded, load.rejected, load.reasons = account.superseded, account.rejected, dict(account.reasons)
    load.save()
    counts = {name: getattr(load, name) for name in ("rows_read", "loaded", "unchanged", "superseded", "rejected")}
    audit.record(
        by=by, action=f"service_requests.load_{load.kind}", target=load.file, details={"load": load.pk, "layout": load.layout} | counts
    )
    result = {"load": load.pk, "file": load.file, "layout": load.layout, "source": load.source} | counts
    return result | {"reasons": dict(account.reasons), "rejected_rows": account.examples}


def _span(load: CenterLoad) -> dict[str, Any]:
    found = CallVolume.objects.filter(source=load.source)
    first, last = found.order_by("on").first(), found.order_by("-on").first()
    return {"first": first.on if first else None, "last": last.on if last else None}


def _save_volumes(reader: call_files.Reader, file: Opened, load: CenterLoad, account: Account) -> None:
    """The last row of an interval counts; earlier ones of the same file are superseded."""
    rows = list(call_files.volumes(reader, file.rows, account))
    last = {one.key: row.line for row, found in rows for one in found}
    current = {one.key: one for _row, found in rows for one in found}
    changed = _store_volumes(current.values(), reader.layout, load)
    for row, found in rows:
        mine = [one.key for one in found if last[one.key] == row.line]
        if not mine:
            account.settle("superseded")
        else:
            account.settle("loaded" if any(key in changed for key in mine) else "unchanged")


def _store_volumes(found: Iterable[Volume], layout: Layout, load: CenterLoad) -> set[tuple[str, datetime]]:
    """Save what is new or different; returns the keys of those."""
    grain = "interval" if layout.rows == "call" else layout.rows
    wanted = list(found)
    if not wanted:
        return set()
    first, last = min(one.starts_at for one in wanted), max(one.starts_at for one in wanted)
    stored = CallVolume.objects.filter(source=load.source, grain=grain, starts_at__gte=first, starts_at__lte=last)
    known = {(queue, at): figures for queue, at, *figures in stored.values_list("queue", "starts_at", *FIELDS)}
    new = [one for one in wanted if tuple(known.get(one.key, ())) != one.figures()]
    rows = [CallVolume(source=load.source, grain=grain, load=load, **asdict(one)) for one in new]
    CallVolume.objects.bulk_create(
        rows, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["source", "grain", "queue", "starts_at"],
        update_fields=["on", "minute", "minutes", *FIELDS, "load"],
    )  # fmt: skip
    return {one.key for one in new}


def _save_calls(reader: call_files.Reader, file: Opened, load: CenterLoad, account: Account) -> None:
    """Keep the calls, then count again every interval that has a call of this file."""
    current: dict[str, Call] = {}
    for one in call_files.calls(reader, file.rows, account):
        if one.call_id in current:
            account.settle("superseded")
        current[one.call_id] = one
    changed = _store_calls(list(current.values()), load, account)
    slots = {_slot(one.starts_at, reader.minutes) for one in changed}
    if slots:
        _store_volumes(_counted(load.source, slots, reader), reader.layout, load)


def _store_calls(wanted: list[Call], load: CenterLoad, account: Account) -> list[Call]:
    known: dict[str, list[Any]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        ids = [one.call_id for one in wanted[start : start + AT_ONCE]]
        stored = PhoneCall.objects.filter(source=load.source, call_id__in=ids).values_list("call_id", *CALL_FIELDS)
        known |= {call_id: figures for call_id, *figures in stored}
    new = [one for one in wanted if known.get(one.call_id) != [getattr(one, name) for name in CALL_FIELDS]]
    PhoneCall.objects.bulk_create(
        [PhoneCall(source=load.source, **asdict(one)) for one in new], batch_size=AT_ONCE, update_conflicts=True,
        unique_fields=["source", "call_id"], update_fields=list(CALL_FIELDS),
    )  # fmt: skip
    account.loaded += len(new)
    account.unchanged += len(wanted) - len(new)
    moved = [Call(one.call_id, known[one.call_id][0], known[one.call_id][1], True, None, None) for one in new if one.call_id in known]
    return new + moved


def _slot(at: datetime, minutes: int) -> datetime:
    local = at.astimezone(current_city().zone)
    return (
        local - timedelta(minutes=(local.hour * 60 + local.minute) % minutes, seconds=local.second, microseconds=local.microsecond)
    ).astimezone(UTC)


def _counted(source: str, slots: set[datetime], reader: call_files.Reader) -> list[Volume]:
    """The intervals' calls by queue, from all calls that are stored; a queue whose calls all moved away has none."""
    target, found = reader.target or 20, []
    for slot in sorted(slots):
        calls = PhoneCall.objects.filter(source=source, starts_at__gte=slot, starts_at__lt=slot + timedelta(minutes=reader.minutes))
        rows = calls.values("queue").annotate(
            n=Count("id"), n_answered=Count("id", filter=Q(answered=True)), n_abandoned=Count("id", filter=Q(answered=False)),
            wait=Sum("wait_seconds", filter=Q(answered=True)), waits=Count("wait_seconds", filter=Q(answered=True)),
            handle=Sum("handle_seconds", filter=Q(answered=True)), handles=Count("handle_seconds", filter=Q(answered=True)),
            n_in_target=Count("id", filter=Q(answered=True, wait_seconds__lte=target)),
        ).order_by("queue")  # fmt: skip
        found += [_volume(slot, dict(row), reader, target) for row in rows]
        counted = {row["queue"] for row in rows}
        empty = CallVolume.objects.filter(source=source, grain="interval", starts_at=slot).exclude(queue__in=counted)
        empty.update(offered=0, answered=0, abandoned=0, wait_seconds=None, handle_seconds=None, in_target=0)
    return found


def _volume(slot: datetime, row: dict[str, Any], reader: call_files.Reader, target: int) -> Volume:
    """Waits are known only when every answered call of the interval has one."""
    local = slot.astimezone(reader.zone)
    knows_waits, knows_handles = row["waits"] == row["n_answered"] > 0, row["handles"] == row["n_answered"] > 0
    return Volume(
        row["queue"], slot, local.date(), local.hour * 60 + local.minute, reader.minutes, row["n"], row["n_answered"], row["n_abandoned"],
        row["wait"] if knows_waits else None, row["handle"] if knows_handles else None,
        float(row["n_in_target"]) if knows_waits or not row["n_answered"] else None, target, None,
    )  # fmt: skip


def _save_answers(reader: survey_files.Reader, file: Opened, load: CenterLoad, account: Account) -> None:
    rows = list(survey_files.responses(reader, file.rows, account))
    last = {one.respondent: one.line for one in rows}
    wanted = {(one.respondent, question): (one.on, score, one.department) for one in rows for question, score in one.scores.items()
              if last[one.respondent] == one.line}  # fmt: skip
    stored = CallerAnswer.objects.filter(source=load.source).values_list("respondent", "question", *ANSWER_FIELDS)
    known = {(respondent, question): tuple(figures) for respondent, question, *figures in stored.iterator(2000)}
    new = {key: figures for key, figures in wanted.items() if known.get(key) != figures}
    CallerAnswer.objects.bulk_create(
        [CallerAnswer(source=load.source, respondent=who, question=question, on=on, score=score, department=department, load=load)
         for (who, question), (on, score, department) in new.items()],
        batch_size=AT_ONCE, update_conflicts=True, unique_fields=["source", "respondent", "question"],
        update_fields=[*ANSWER_FIELDS, "load"],
    )  # fmt: skip
    changed = {respondent for respondent, _question in new}
    for one in rows:
        account.settle("superseded" if last[one.respondent] != one.line else "loaded" if one.respondent in changed else "unchanged")


def _save_costs(groups: list[cost_files.Group], load: CenterLoad, account: Account) -> None:
    """A post whose shares differ is replaced whole."""
    stored: dict[tuple[date, date, str], list[tuple[Any, ...]]] = defaultdict(list)
    for starts_on, ends_on, post, *part in CenterCost.objects.values_list(
        "starts_on", "ends_on", "post", "payer", "is_post", "share", "amount"
    ):
        stored[starts_on, ends_on, post].append(tuple(part))
    rows: list[CenterCost] = []
    for group in groups:
        known = sorted(stored.get((group.starts_on, group.ends_on, group.post), []))
        if known == sorted((one.payer, one.is_post, one.share, one.amount) for one in group.parts):
            account.unchanged += len(group.parts)
            continue
        common = {"starts_on": group.starts_on, "ends_on": group.ends_on, "post": group.post}
        if known:
            CenterCost.objects.filter(**common).delete()
        rows += [
            CenterCost(payer=one.payer, is_post=one.is_post, share=one.share, amount=one.amount, load=load, **common) for one in group.parts
        ]
        account.loaded += len(group.parts)
    CenterCost.objects.bulk_create(rows, batch_size=AT_ONCE)
