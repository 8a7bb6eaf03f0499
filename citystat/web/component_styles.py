"""The components' style sheet, cut to what pages use: nine tenths of it style components and utilities no page has.

A rule stays when every class it asks for belongs to a component in `COMPONENTS`; rules of bare elements stay too. A rule left out could not
have matched anything, so no page looks different. A test finds a class in a template whose component is not named here.
"""

import re
from collections.abc import Iterator
from typing import Final

SHEET: Final = "css/uswds.min.css"
COMPONENTS: Final = frozenset(
    {
        "usa-alert",
        "usa-button",
        "usa-checkbox",
        "usa-error-message",
        "usa-fieldset",
        "usa-file-input",
        "usa-form-group",
        "usa-hint",
        "usa-input",
        "usa-label",
        "usa-legend",
        "usa-radio",
        "usa-select",
        "usa-skipnav",
        "usa-tag",
        "usa-textarea",
    }
)
_QUOTED: Final = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.S)
# The head of a rule ends at a brace, a statement such as @charset at a semicolon; neither counts inside quotes, brackets or an address.
_HEAD: Final = re.compile(rf"(?:{_QUOTED}|url\([^)]*\)|\([^)]*\)|[^\"'{{}};])*")
_NOT: Final = re.compile(r":not\((?:[^()]|\([^()]*\))*\)")
_CLASS: Final = re.compile(r"\.((?:[\w-]|\\.)+)")
_GROUPS: Final = ("@media", "@supports", "@layer", "@container")


def cut(sheet: str) -> str:
    """The sheet without comments, fonts of its own, and rules of components no page has."""
    return "".join(_kept(_COMMENT.sub("", sheet)))


def component_of(name: str) -> str:
    """The component a class belongs to: `usa-alert` for `usa-alert--error` and `usa-alert__text`."""
    return re.split(r"__|--", name, maxsplit=1)[0]


def classes_of(selector: str) -> set[str]:
    """The classes an element or those around it must have; what it must not have asks for nothing."""
    return {name.replace("\\", "") for name in _CLASS.findall(_NOT.sub("", selector))}


def _kept(sheet: str) -> Iterator[str]:
    for head, body in _rules(sheet):
        if body is None:
            yield f"{head};"
        elif head.startswith(_GROUPS):
            inner = cut(body)
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            # Pages have one family of type, which tokens.css declares with the three cuts that are used.
            if not head.startswith("@font-face"):
                yield f"{head}{{{body}}}"
        else:
            selectors = [one for one in _alternatives(head) if {component_of(name) for name in classes_of(one)} <= COMPONENTS]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def _rules(sheet: str) -> Iterator[tuple[str, str | None]]:
    """Head and body of every rule, in order; a statement has no body."""
    at = 0
    while at < len(sheet):
        match = _HEAD.match(sheet, at)
        head = match.group().strip() if match else ""
        at = match.end() if match else at
        if sheet[at : at + 1] == "{":
            end = _end_of_block(sheet, at)
            yield head, sheet[at + 1 : end - 1]
            at = end
        else:
            if head:
                yield head, None
            at += 1


def _end_of_block(sheet: str, start: int) -> int:
    """The place after the brace that closes the one at `start`."""
    depth = 0
    for token in re.compile(rf"{_QUOTED}|url\([^)]*\)|[{{}}]").finditer(sheet, start):
        depth += {"{": 1, "}": -1}.get(token.group(), 0)
        if depth == 0:
            return token.end()
    return len(sheet)


def _alternatives(head: str) -> list[str]:
    """The selectors of a rule, parted at commas outside brackets and quotes."""
    return [found.group().strip() for found in re.finditer(rf"(?:{_QUOTED}|\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]|[^,])+", head)]
