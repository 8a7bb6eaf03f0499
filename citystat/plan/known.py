"""Every measure there is, whatever its source: the files of the warehouse's and the validated definitions of the register."""

from dataclasses import replace
from functools import lru_cache

from citystat.core.errors import NotFound
from citystat.plan import definition_files
from citystat.plan.definitions import Measure
from citystat.plan.registered import register


def everything() -> dict[str, Measure]:
    """All measures by name, retired ones too, each with the targets people set; a file stands before a row of the same name."""
    content = register.content()
    return _joined(_Same(definition_files.load_all()), _Same(content))


def in_use() -> dict[str, Measure]:
    """The measures that are not retired."""
    rows = register.content().rows
    return {name: one for name, one in everything().items() if not (name in rows and rows[name].is_retired)}


def find(name: str) -> Measure:
    """One measure; NotFound says how to see those there are."""
    known = everything()
    if name not in known:
        raise NotFound(f"There is no measure {name!r}: `citystat measure list` shows the {len(known)} there are.")
    return known[name]


class _Same:
    """Holds an object and is equal to another holder of the very same one, so that a cache need not compare its content."""

    def __init__(self, held: object) -> None:
        self.held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.held is self.held

    def __hash__(self) -> int:
        return id(self.held)


@lru_cache(maxsize=4)
def _joined(files: _Same, content: _Same) -> dict[str, Measure]:
    read: dict[str, Measure] = files.held  # type: ignore[assignment]
    rows: register.Content = content.held  # type: ignore[assignment]
    found = {**rows.measures, **read}
    for name, targets in rows.targets.items():
        if name in read:
            found[name] = replace(read[name], targets=(*read[name].targets, *targets))
    return found
