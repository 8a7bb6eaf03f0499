"""A small city's own lists, written for one test: two districts, two streets, a park, a corner, a few permits."""

from datetime import date
from pathlib import Path
from typing import Any

from citystat.places import list_actions

DAY = date(2026, 5, 1)
ADDRESSES = """FULL_ADDRESS,ZIP,LAT,LON,ADDRESS_ID
1201 N ACORN STREET,64101,39.0500,-94.5900,A1
1203 N ACORN STREET,64101,39.0502,-94.5900,A2
1205 N ACORN STREET #1,64101,39.0504,-94.5900,A3
1205 N ACORN STREET #2,64101,39.0504,-94.5900,A4
12 ELDER AVE,64102,39.0500,-94.5500,A5
12 ELDER CT,64102,39.0600,-94.5400,A6
900 FAR RD,64199,39.0500,-94.2000,A7
"""
NAMES = """NAME,TYPE,ALIASES,LAT,LON
Riverside Park,Park,The Meadow;River Park,39.0510,-94.5800
Lincoln School,School,,39.0520,-94.5810
Acorn St & Elder Ave,Intersection,,39.0530,-94.5820
"""
PERMITS = """PERMIT_NUMBER,PERMIT_TYPE,STATUS,ADDRESS,ISSUE_DATE,EXPIRATION_DATE,LAT,LON,URL
P-1,New roof,Issued,1201 NORTH ACORN ST,2026-03-01,2027-03-01,,,https://permits.example/P-1
P-2,Fence,Closed,"12 Elder Ave, Calder Bend",02/14/2026,,,,javascript:alert(1)
"""


def write(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def load_addresses(folder: Path, content: str = ADDRESSES, **options: Any) -> dict[str, Any]:
    return list_actions.load_addresses(write(folder, "addresses.csv", content), **{"as_of": DAY, **options})


def load_names(folder: Path, content: str = NAMES, **options: Any) -> dict[str, Any]:
    return list_actions.load_place_names(write(folder, "names.csv", content), **{"as_of": DAY, **options})


def load_permits(folder: Path, content: str = PERMITS, **options: Any) -> dict[str, Any]:
    given = {"kind": "permit", "source": "City permit office", "as_of": DAY, "public": True, **options}
    return list_actions.load_records(write(folder, "permits.csv", content), **given)
