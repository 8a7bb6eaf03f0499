"""Which layout a header belongs to, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from citystat.core.errors import InputError
from citystat.service_requests.loading.headers import Column, find
from citystat.service_requests.loading.layout import Layout, installed, spellings_of


@dataclass(frozen=True)
class Match:
    """How well a header fits a layout: columns known to it, and the fields that found theirs."""

    layout: Layout
    known: int
    bound: int
    columns: int

    @property
    def score(self) -> tuple[int, int]:
        """Larger is better."""
        return self.known, self.bound

    @property
    def reason(self) -> str:
        """One sentence for people."""
        groups = [spellings_of(group)[0] for group in self.layout.listed("recognize")]
        marks = f", among them {' and '.join(groups)}" if groups else ""
        return f"{self.known} of the {self.columns} columns are those of {self.layout.name}{marks}."


def matches(columns: Sequence[Column]) -> list[Match]:
    """Layouts whose id, opening date and distinctive columns are all present, best first."""
    found = []
    keys = {column.key for column in columns if not column.is_own}
    for layout in installed():
        if not is_candidate(layout, columns):
            continue
        bound = {field for field, spellings in layout.fields() if find(columns, spellings)}
        found.append(Match(layout, len(keys & layout.known_keys()), len(bound), len(keys)))
    return sorted(found, key=lambda match: (match.score, match.layout.name), reverse=True)


def is_candidate(layout: Layout, columns: Sequence[Column]) -> bool:
    """Whether the columns a layout cannot do without, and those it is known by, are there."""
    marks = [spellings_of(group) for group in layout.listed("recognize")]
    return all(find(columns, spellings) for spellings in [*layout.needed(), *marks])


def recognize(columns: Sequence[Column], file: str) -> Match:
    """The one layout the header belongs to; InputError naming the way out where there is none or more than one."""
    found = matches(columns)
    if not found:
        seen = ", ".join(column.header[:40] for column in columns[:6] if not column.is_own)
        raise InputError(
            f"No layout knows the columns of {file} ({seen}, ...): run `citystat layout draft {file} > mycity.yaml`, "
            "look at what it proposes, and load with --layout mycity.yaml."
        )
    if len(found) > 1 and found[0].score == found[1].score:
        raise InputError(
            f"The columns of {file} fit the layouts {found[0].layout.name} and {found[1].layout.name} equally well: "
            f"choose one with --layout, or write your own with `citystat layout draft {file} > mycity.yaml`."
        )
    return found[0]
