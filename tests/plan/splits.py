"""How what is kept beside a build is asked about: the groups and conditions of every comparison with the rows."""

from datetime import date

from citystat.plan.groups import Where

BEGINS, AS_OF = date(2021, 3, 9), date(2024, 1, 20)
SPLITS: tuple[tuple[tuple[str, ...], Where], ...] = (
    ((), {}),
    (("service",), {}),
    (("council_district", "service"), {}),
    (("department",), {"council_district": ["1", None]}),
    (("council_district",), {"service": "missed-trash"}),
    (("category",), {"service": ["Pothole", "(none)"], "department": "public-works"}),
)
