"""Read the forms of services and the routing rules from YAML. Returns plain values or one sentence, saves nothing.

forms:
  pothole:
    description: A hole in the pavement of a street.
    keywords: [hole in the road, bache]
    visibility: public | no_place | private
    questions: [{code: SIZE, description: How big is it?, datatype: singlevaluelist, required: true, values: {S: Small, L: Large}}]
    appointments: as `appointment_files` says
routing:
  - {name: East side crew, when: {place_council_district: "2"}, team: East}
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from citystat.core import yaml_files
from citystat.core.errors import InputError
from citystat.service_requests import appointment_files, rules
from citystat.service_requests.models import ServiceForm

FORM_FIELDS: Final = frozenset(
    [
        "description", "keywords", "is_offered", "visibility", "shows_description", "resident_photo", "completion_photo", "checklist",
        "questions", "priority", "duplicate_meters", "duplicate_days", "outside_agency", "keeps_contact_days", "keeps_photo_days",
        "keeps_text_days", "appointments",
    ]
)  # fmt: skip
RULE_FIELDS: Final = frozenset({"name", "when", "department", "team", "priority"})
PERIODS: Final = ("keeps_contact_days", "keeps_photo_days", "keeps_text_days")
LONGEST_PERIOD: Final = 36_525
CHOICES: Final = {"visibility": ServiceForm.Visibility.values, "resident_photo": ServiceForm.PhotoPolicy.values}


def read(path: str | os.PathLike[str]) -> dict[str, Any]:
    """`forms` (slug -> fields) and `routing` (rules in order); raises InputError naming what is wrong."""
    file = Path(path)
    content = yaml_files.read(file)
    if not isinstance(content, dict) or not {"forms", "routing"} & content.keys():
        raise InputError(f"{file.name} has neither `forms` nor `routing`.")
    forms = {str(slug): _form(str(slug), values or {}, file.name) for slug, values in (content.get("forms") or {}).items()}
    return {"forms": forms, "routing": [_rule(values, file.name) for values in content.get("routing") or []]}


def _form(slug: str, values: Mapping[str, Any], file: str) -> dict[str, Any]:
    _check_names(values, FORM_FIELDS, f"{file}, {slug}")
    for name, known in CHOICES.items():
        if name in values and values[name] not in known:
            raise InputError(f"{file}, {slug}: {name} is one of {', '.join(known)}.")
    for name in PERIODS:
        if name in values and not (type(values[name]) is int and 0 <= values[name] <= LONGEST_PERIOD):
            raise InputError(f"{file}, {slug}: {name} is a whole number of days from 0 (never removed) to {LONGEST_PERIOD}.")
    found = dict(values)
    if "questions" in found:
        found["questions"] = [_question(number, one, f"{file}, {slug}") for number, one in enumerate(found["questions"], start=1)]
    if "checklist" in found:
        found["checklist"] = [_item(number, one) for number, one in enumerate(found["checklist"], start=1)]
    if "appointments" in found:
        found["appointments"] = appointment_files.rows(found["appointments"], f"{file}, {slug}")
    return found


def _question(order: int, values: Mapping[str, Any], where: str) -> dict[str, Any]:
    for name in ("code", "description"):
        if not values.get(name):
            raise InputError(f"{where}: question {order} has no {name}.")
    datatype = values.get("datatype", "string")
    if datatype not in rules.DATATYPES:
        raise InputError(f"{where}: question {values['code']} has the datatype {datatype!r}: use {', '.join(rules.DATATYPES)}.")
    listed = values.get("values") or {}
    if datatype.endswith("list") and not listed:
        raise InputError(f"{where}: question {values['code']} is a list without values.")
    asked: dict[str, Any] = {
        "code": str(values["code"]),
        "description": str(values["description"]),
        "datatype": datatype,
        "order": order,
        "required": bool(values.get("required", False)),
        "variable": bool(values.get("variable", True)),
        "datatype_description": str(values.get("hint", "")),
        "values": [{"key": str(key), "name": str(name)} for key, name in listed.items()],
    }
    return asked | ({"condition": dict(values["condition"])} if values.get("condition") else {})


def _item(number: int, values: Any) -> dict[str, Any]:
    if isinstance(values, str):
        return {"code": f"item-{number}", "text": values, "required": True}
    return {"code": str(values.get("code", f"item-{number}")), "text": str(values["text"]), "required": bool(values.get("required", True))}


def _rule(values: Mapping[str, Any], file: str) -> dict[str, Any]:
    _check_names(values, RULE_FIELDS, f"{file}, routing")
    when = {str(name): value for name, value in (values.get("when") or {}).items()}
    rules.check_conditions(when)
    if not (values.get("department") or values.get("team") or values.get("priority")):
        raise InputError(f"{file}: the rule {values.get('name')!r} sends requests nowhere: give it a department, a team or a priority.")
    return {
        "name": str(values.get("name") or "unnamed"), "when": when, "department": str(values.get("department") or ""),
        "team": str(values.get("team") or ""), "priority": values.get("priority"),
    }  # fmt: skip


def _check_names(values: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    strange = sorted(set(values) - known)
    if strange:
        raise InputError(f"{where}: {strange[0]!r} is not known; use {', '.join(sorted(known))}.")
