"""List the licenses of what CityStat needs to run, and fail on one that does not go with Apache-2.0."""

import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = re.compile(r"\b(A?GPL|Affero|SSPL|Commons Clause|proprietary)\b", re.I)
ALLOWED_ANYWAY = re.compile(r"\bLGPL|Lesser", re.I)
# Metadata that say less than the license file in the package, read by a person.
READ_BY_A_PERSON = {"qrcode": "BSD-3-Clause (its license file; the second classifier stands for the MIT-licensed code it began from)"}


def needed() -> list[str]:
    """Names of the locked run-time packages."""
    return re.findall(r"^([a-zA-Z0-9_.\-]+)==", (ROOT / "requirements.lock").read_text(), re.M)


def licence(name: str) -> str:
    """What the package's own metadata say: expression, else classifiers, else the first line of the license field."""
    if name in READ_BY_A_PERSON:
        return READ_BY_A_PERSON[name]
    about = metadata.metadata(name)
    expression = about.get("License-Expression")
    if expression:
        return str(expression)
    classifiers = [value.rsplit(" :: ", 1)[-1] for value in about.get_all("Classifier") or [] if value.startswith("License ::")]
    return ", ".join(classifiers) or (about.get("License") or "not stated").strip().splitlines()[0]


if __name__ == "__main__":
    rows = [(name, licence(name)) for name in needed()]
    bad = [f"{name}: {text}" for name, text in rows if FORBIDDEN.search(text) and not ALLOWED_ANYWAY.search(text)]
    width = max(len(name) for name, _ in rows)
    sys.stdout.write("\n".join(f"{name:<{width}}  {text}" for name, text in rows) + "\n")
    if bad:
        sys.stderr.write("These licenses do not go with Apache-2.0: " + "; ".join(bad) + "\n")
    sys.exit(1 if bad else 0)
