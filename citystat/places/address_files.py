"""Rows of a list as addresses, place names or records of other systems; what cannot be used comes back with its reason."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from citystat.core.errors import InputError
from citystat.places import addressing, list_files
from citystat.places.list_files import Row, Table

ZIP: Final = ("zip", "zipcode", "zip_code", "postcode", "post_code", "postal_code", "zip5", "addr_zip", "zip_5")
FULL: Final = (
    "address", "full_address", "fulladdress", "address_full", "site_address", "siteaddress", "street_address", "addr", "fulladdr",
    "full_addr", "complete_address", "location_address", "property_address", "original_address", "originaladdress1", "address1",
    "address_1", "address_line_1", "addr_full", "mainaddress", "place_address", "incident_address", "premise_address",
)  # fmt: skip
PARTS: Final = {
    "number": ("add_number", "addnumber", "house_number", "house_num", "housenumber", "number", "street_number", "streetnumber",
               "address_number", "addr_num", "addr_hn", "house_no", "st_number", "str_num", "stnum", "hse_nbr", "addrnum"),
    "prefix": ("st_predir", "predir", "pre_dir", "prefix_direction", "street_direction", "st_dir", "dir", "direction", "addr_pd", "fdpre",
               "addr_pdir", "stpredir"),
    "name": ("st_name", "street_name", "streetname", "street", "stname", "addr_sn", "st_nam", "road_name", "fename", "str_name", "lstname"),
    "type": ("st_postyp", "st_postype", "street_type", "streettype", "st_type", "sttype", "street_suffix", "suffix", "post_type", "addr_st",
             "fetype", "str_type", "stpostype"),
    "suffix": ("st_posdir", "postdir", "post_dir", "suffix_direction", "addr_sd", "fdsuf", "stpostdir"),
}  # fmt: skip
ADDRESS_NAMES: Final = {
    "full": FULL, **PARTS, "zip": ZIP,
    "unit": ("unit", "unit_number", "unitnumber", "apt", "apartment", "suite", "unit_id", "addr_unit", "secondary", "unit_num"),
    "id": ("address_id", "addressid", "addr_id", "address_point_id", "addpt_id", "nguid", "address_number_id", "kiva_pin", "site_nguid"),
}  # fmt: skip
PLACE_NAMES: Final = {
    "name": ("name", "place_name", "placename", "common_name", "landmark", "landmark_name", "facility_name", "facility", "park_name",
             "school_name", "feature_name", "label", "title", "intersection"),
    "kind": ("kind", "type", "category", "place_type", "feature_type", "facility_type", "class"),
    "aliases": ("aliases", "alias", "other_names", "also_known_as", "aka", "alt_name", "alternate_names", "short_name"),
    "first": ("street1", "street_1", "street_a", "st1", "on_street", "primary_street", "first_street"),
    "second": ("street2", "street_2", "street_b", "st2", "cross_street", "at_street", "secondary_street", "second_street"),
}  # fmt: skip
RECORD_NAMES: Final = {
    "full": FULL, **PARTS, "zip": ZIP, "unit": ADDRESS_NAMES["unit"],
    "record": ("permit_number", "permit_no", "permit_num", "permit", "permitnum", "license_number", "license_no", "licensenumber",
               "license_id", "inspection_number", "inspection_id", "work_order_number", "work_order_id", "workorderid", "wo_number",
               "workorder", "case_number", "record_id", "record_number", "application_number", "account_number", "objectid", "id"),
    "title": ("title", "description", "work_description", "permit_type", "permittype", "license_description", "license_type",
              "inspection_type", "work_type", "type", "category", "business_name", "dba_name", "record_type", "desc"),
    "status": ("status", "permit_status", "current_status", "license_status", "inspection_result", "result", "results",
               "work_order_status", "statuscurrent"),
    "opened": ("opened_on", "issued_on", "issue_date", "issued_date", "issueddate", "date_issued", "application_date", "applied_date",
               "start_date", "opened", "open_date", "created_date", "create_date", "inspection_date", "date", "license_start_date"),
    "closed": ("closed_on", "completed_date", "completed_on", "finaled_date", "final_date", "close_date", "closed_date", "expiration_date",
               "expires_on", "expire_date", "end_date", "completion_date", "date_completed"),
    "url": ("url", "link", "permit_url", "record_url", "web_link", "weblink"),
}  # fmt: skip
SHAPES: Final = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%Y/%m/%d", "%Y%m%d", "%m-%d-%Y", "%d-%b-%Y", "%b %d, %Y", "%B %d, %Y")
SAME_PLACE_DEGREES = 0.001
Values = dict[str, Any]


@dataclass
class Sorted:
    """What can be stored, by key and in the order of the file; what cannot, with its reason; how many rows came twice."""

    good: dict[str, Values] = field(default_factory=dict)
    rejected: list[tuple[Row, str]] = field(default_factory=list)
    repeated: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, row: Row, key: str, values: Values) -> None:
        """Keep a row; the same one twice counts once, the same key elsewhere is no longer clear."""
        known = self.good.setdefault(key, values)
        if known is values:
            return
        if _is_far(known, values):
            self.rejected.append((row, "The same address or name stands in an earlier row at another place."))
        else:
            self.repeated += 1


def addresses(table: Table, file_name: str) -> Sorted:
    """Addresses with number, street and point."""
    _check_columns(table, file_name, "an address", "full", "name")
    found = Sorted()
    for row in table.rows:
        written = written_address(row.values)
        parsed = addressing.parse(written + (f", unit {row.values['unit']}" if row.values.get("unit") else ""))
        reason = _wrong_address(row, parsed)
        if reason:
            found.rejected.append((row, reason))
            continue
        zipcode = parsed.zipcode or row.values.get("zip", "")[:5]
        key = addressing.Parsed(parsed.number, parsed.street, parsed.unit, zipcode).key
        found.add(row, key, _place(row) | {
            "key": key, "text": _shown(written, row.values.get("unit", "")), "number": parsed.number, "street": parsed.street,
            "number_value": addressing.number_value(parsed.number), "unit": parsed.unit, "zipcode": zipcode,
            "external_id": row.values.get("id", "")[:80],
        })  # fmt: skip
    return found


def written_address(values: Mapping[str, str]) -> str:
    """The address as the file writes it, in one column or in several."""
    if values.get("full"):
        return values["full"]
    return " ".join(part for name in ("number", "prefix", "name", "type", "suffix") if (part := values.get(name, "")))


def _wrong_address(row: Row, parsed: addressing.Parsed) -> str:
    if not parsed.number or not parsed.street:
        return "No house number and street could be read."
    if len(parsed.number) > 20 or len(parsed.unit) > 20:
        return "The number or the unit is too long for an address."
    return "" if row.point else "No point on Earth: the coordinates are missing, zero, or in a projection (then give --crs)."


def _shown(written: str, unit: str) -> str:
    """As pages show it: capitals of whole lines are softened, the zip code and city after a comma are left out."""
    head = written.partition(",")[0].strip()
    soft = re.sub(r"[A-Z][A-Z'’]+", lambda word: word[0].capitalize(), head) if head.isupper() else head
    for name in ("Ne", "Nw", "Se", "Sw"):
        soft = re.sub(rf"\b{name}\b", name.upper(), soft)
    return f"{soft}{f' #{unit}' if unit and unit.casefold() not in head.casefold().split() else ''}"[:300]


def place_names(table: Table, file_name: str, kind: str = "") -> Sorted:
    """Named places and corners; a row with two streets is a corner."""
    _check_columns(table, file_name, "a name", "name", "first")
    found = Sorted()
    for row in table.rows:
        values = _named(row, kind)
        if not values["key"]:
            found.rejected.append((row, "No name could be read."))
        elif row.point is None:
            found.rejected.append((row, "No point on Earth: the coordinates are missing, zero, or in a projection (then give --crs)."))
        else:
            found.add(row, values["key"], values | _place(row))
    return found


def _named(row: Row, kind: str) -> Values:
    values = row.values
    name = values.get("name", "")
    if not name and values.get("first") and values.get("second"):
        name = f"{values['first']} & {values['second']}"
    own = (kind or values.get("kind", "") or "place").casefold().replace("_", " ")[:40]
    corner = addressing.corner(name) if own in {"intersection", "corner", "place"} or values.get("first") else None
    spelled = addressing.street_words(name)
    if corner and (own != "place" or values.get("second")):
        own, spelled = "intersection", addressing.corner_key(*corner)
    aliases = [alias.strip()[:200] for alias in re.split(r"[;|]", values.get("aliases", "")) if alias.strip()]
    return {"key": f"{own}|{spelled}" if spelled else "", "name": name[:200], "kind": own, "aliases": aliases}


def records(table: Table, file_name: str) -> Sorted:
    """Permits and the like: a number, and an address or a point."""
    _check_columns(table, file_name, "the record's own number", "record")
    found = Sorted()
    for row in table.rows:
        number, written = row.values.get("record", "")[:80], written_address(row.values)
        parsed = addressing.parse(written + (f", unit {row.values['unit']}" if row.values.get("unit") else ""))
        has_address = bool(parsed.number and parsed.street) and len(parsed.number) <= 20
        if not number or not (has_address or row.point):
            found.rejected.append((row, "No address and no point could be read." if number else "The record has no number."))
            continue
        dates, wrong = _dates(row.values)
        if wrong:
            found.rejected.append((row, wrong))
            continue
        found.add(row, number, _place(row) | dates | {
            "number": number, "title": row.values.get("title", "")[:300], "status": row.values.get("status", "")[:80],
            "address": written[:300], "house": parsed.number if has_address else "", "street": parsed.street if has_address else "",
            "unit": parsed.unit[:20], "url": _web_address(row.values.get("url", "")),
        })  # fmt: skip
    return found


def _dates(values: Mapping[str, str]) -> tuple[Values, str]:
    found: Values = {}
    for name, column in (("opened_on", "opened"), ("closed_on", "closed")):
        written = values.get(column, "")
        found[name] = day(written) if written else None
        if written and found[name] is None:
            return {}, f"“{written[:40]}” is not a date."
    return found, ""


@lru_cache(maxsize=50_000)
def day(written: str) -> date | None:
    """A date as exports write it, with or without a time behind it; None for what is none."""
    head = re.split(r"[T ](?=\d{1,2}:)", written.strip())[0]
    for one in SHAPES:
        try:
            found = datetime.strptime(head, one).date()  # noqa: DTZ007 - a calendar day of the source, without a clock
        except ValueError:
            continue
        return found if 1800 <= found.year <= 2200 else None
    return None


def _web_address(written: str) -> str:
    """Only a web address becomes a link."""
    return written[:500] if re.match(r"https?://[^\s]+$", written) else ""


def _place(row: Row) -> Values:
    return {"longitude": row.point[0] if row.point else None, "latitude": row.point[1] if row.point else None}


def _is_far(one: Values, other: Values) -> bool:
    if one["longitude"] is None or other["longitude"] is None:
        return False
    return bool(max(abs(one["longitude"] - other["longitude"]), abs(one["latitude"] - other["latitude"])) > SAME_PLACE_DEGREES)


def _check_columns(table: Table, file_name: str, what: str, *wanted: str) -> None:
    if not any(name in table.columns for name in wanted):
        listed = ", ".join(list_files.columns_of(table.rows)[:30]) or "none"
        raise InputError(f"{file_name} has no column with {what} that CityStat knows by name. Its columns are: {listed}.")


def reject_table(rejected: Sequence[tuple[Row, str]]) -> tuple[list[str], list[list[str]]]:
    """A header and rows for the file of what was left out: the row as it was, its line, the reason."""
    columns = list_files.columns_of([row for row, _reason in rejected])
    return ["line", "reason", *columns], [
        [str(row.line), reason, *(list_files.text(row.raw.get(column)) for column in columns)] for row, reason in rejected
    ]
