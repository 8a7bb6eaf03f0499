"""Read measure definitions: the shipped YAML files, and the city's own in CITYSTAT_HOME/measures."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from citystat.core.errors import InputError
from citystat.core.home import home
from citystat.plan import columns, definitions
from citystat.plan.conditions import parse_filter
from citystat.plan.definitions import ChartSettings, Cohort, Measure, Rebase, Target, Text

HERE = Path(__file__).parent
STARTERS = HERE / "starter_measures"
ALL_GROUPS = ("service", "category", "department", "channel", "origin", "status", "place")
DEFAULT_CHARTS = {"share": "p_prime", "stock_share": "p_prime"}
Values = dict[str, Any]


# The same language read by libyaml, where PyYAML was built with it: every process reads thirty files before its first measure.
_FastLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _DatesAsText(_FastLoader):  # type: ignore[misc]
    """YAML where a date stays the text it was written as, so that the schema sees it."""


_DatesAsText.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@cache
def schema() -> Values:
    """The JSON Schema of a definition."""
    content: Values = json.loads((HERE / "measure.schema.json").read_text(encoding="utf-8"))
    return content


def own_folder() -> Path:
    """Where a city keeps its own definitions and changes to shipped ones."""
    return home() / "measures"


def load_all() -> dict[str, Measure]:
    """Every measure by name; read again when a file of the city's own folder changed."""
    return _load(_own_files())


def _own_files() -> tuple[tuple[str, int, int], ...]:
    folder = own_folder()
    files = sorted(folder.glob("*.y*ml")) if folder.is_dir() else []
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)


def values_of_all() -> dict[str, Values]:
    """Every definition by name as written, with what it extends filled in."""
    return {name: values for name, (values, _) in _written(_own_files()).items()}


@lru_cache(maxsize=4)
def _load(own_files: tuple[tuple[str, int, int], ...]) -> dict[str, Measure]:
    return {name: measure_from(values, file) for name, (values, file) in _written(own_files).items()}


def _written(own_files: tuple[tuple[str, int, int], ...]) -> dict[str, tuple[Values, str]]:
    starters = {name: values for name, values, _ in _read_files(sorted(STARTERS.glob("*.yaml")))}
    found = {name: (values, f"{name}.yaml") for name, values in starters.items()}
    for name, values, file in _read_files([Path(path) for path, _, _ in own_files], starters):
        if name in found and "extends" not in values:
            raise InputError(f"{file}: there is already a measure {name}; write `extends: {name}` to change it, or choose another name.")
        found[name] = (values, file)
    return found


def _read_files(paths: list[Path], inherited: Mapping[str, Values] | None = None) -> Iterator[tuple[str, Values, str]]:
    for path in paths:
        values = read_yaml(path)
        base = values.get("extends")
        if base is not None:
            if inherited is None or base not in inherited:
                raise InputError(f"{path.name}: field extends names {base!r}, which is not a shipped measure.")
            values = {**inherited[base], **values}
        if not isinstance(values.get("name"), str):
            raise InputError(f"{path.name}: field name is missing.")
        yield values["name"], values, path.name


def read_yaml(path: Path) -> Values:
    """The mapping in a YAML file; a sentence naming file and line where it is not one."""
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), Loader=_DatesAsText)  # noqa: S506  a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} is not valid YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(values, dict):
        raise InputError(f"{path.name} does not hold a measure: start it with `name:`.")
    return values


def measure_from(values: Values, file: str) -> Measure:
    """A Measure from plain values, or one sentence naming the file and the field that is wrong."""
    _check_schema(values, file)
    try:
        return _build(values, file)
    except (InputError, ValueError) as error:
        raise InputError(f"{file}: {str(error).rstrip('.')}.") from error


def _check_schema(values: Values, file: str) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    errors = sorted(validator.iter_errors(values), key=lambda error: [str(part) for part in error.absolute_path])
    if errors:
        raise InputError(f"{file}: {_sentence(_deepest(errors[0]))}")


def _deepest(error: Any) -> Any:
    """The branch of an alternative that was meant: the one whose key is present."""
    while error.context:
        wanted = 0 if isinstance(error.instance, dict) and "any" in error.instance else 1
        error = next((part for part in error.context if part.schema_path[0] == wanted), error.context[0])
    return error


def _sentence(error: Any) -> str:
    field = ".".join(str(part) for part in error.absolute_path) or "the definition"
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        where = "" if field == "the definition" else f" of {field}"
        return f"field {missing[0]}{where} is missing."
    if error.validator == "additionalProperties":
        known = set(error.schema.get("properties", {}))
        unknown = sorted(set(error.instance) - known)
        return f"field {unknown[0] if unknown else field} does not exist; known ones are {', '.join(sorted(known))}."
    if error.validator == "enum":
        return f"field {field} is {error.instance!r}; it must be one of {', '.join(str(value) for value in error.validator_value)}."
    return f"field {field} is not valid: {error.message}."


def _build(values: Values, file: str) -> Measure:
    kind = values["kind"]
    _check_kind(values)
    follow_up = _follow_up_days(values.get("incomplete_period"))
    cohorts = tuple(_cohort(name, item, values, follow_up) for name, item in values.get("cohorts", {}).items())
    default_cohort = values.get("default_cohort")
    if cohorts and default_cohort not in values["cohorts"]:
        raise InputError("field default_cohort must name one of the cohorts")
    return Measure(
        name=values["name"],
        version=values["version"],
        label=_text(values["label"]),
        description=_text(values["description"]),
        why=_text(values["why"]),
        not_simply=_text(values["not_simply"]) if "not_simply" in values else None,
        type=values["type"],
        tier=values["tier"],
        unit=_text(values["unit"]),
        direction=values["direction"],
        kind=kind,
        rows=parse_filter(values.get("rows", [])),
        numerator=parse_filter(values.get("numerator", [])),
        denominator=parse_filter(values["denominator"]) if "denominator" in values else None,
        time=values["time"],
        duration=values.get("duration", "close"),
        probability=values.get("probability"),
        per=values.get("per", 1000),
        requires=tuple(_alternatives(item) for item in values.get("requires", [])),
        exclude_flags=tuple(values.get("exclude_flags", [])),
        groups=tuple(values.get("groups", ALL_GROUPS)),
        minimum_numerator=values.get("minimum_numerator"),
        minimum_denominator=values.get("minimum_denominator"),
        follow_up_days=follow_up,
        chart=_chart(values.get("chart", {}), kind),
        targets=tuple(_target(item) for item in values.get("targets", [])),
        cohorts=cohorts,
        default_cohort=default_cohort,
        companions=tuple(values.get("companions", [])),
        audience=values["audience"],
        owner=values["owner"],
        review_by=date.fromisoformat(values["review_by"]),
        readers=tuple(values["readers"]),
        source_tables=tuple(values["source_tables"]),
        definition_hash=definitions.meaning_hash(values),
        file=file,
    )


def _check_kind(values: Values) -> None:
    kind = values["kind"]
    if (kind in definitions.STOCKS) != (values["time"] == "period_end"):
        raise InputError(f"field time must be period_end for measures of what is open, and a date column otherwise; kind is {kind}")
    if kind in definitions.PERCENTILES and "probability" not in values:
        raise InputError(f"field probability is missing; a {kind} needs one, such as 0.5")
    if kind not in definitions.PERCENTILES and "probability" in values:
        raise InputError(f"field probability has no meaning for kind {kind}")
    if kind == "percentile" and values["time"] != "opened_on":
        raise InputError("field time must be opened_on for a percentile of the time to close")
    conditions = [*parse_filter(values.get("rows", [])), *parse_filter(values.get("numerator", []))]
    conditions += parse_filter(values.get("denominator", []))
    if kind not in definitions.STOCKS:
        for name in (name for condition in conditions for name in condition.columns()):
            if name in columns.AT_PERIOD_END:
                raise InputError(f"the column {name} exists only in measures of what is open at a period's end")


def _cohort(name: str, item: Values, values: Values, follow_up: int) -> Cohort:
    return Cohort(
        name=name,
        label=_text(item["label"]),
        time=item["time"],
        numerator=parse_filter(item["numerator"] if "numerator" in item else values.get("numerator", [])),
        denominator=parse_filter(item["denominator"] if "denominator" in item else values.get("denominator", [])),
        follow_up_days=_follow_up_days(item["incomplete_period"]) if "incomplete_period" in item else follow_up,
    )


def _follow_up_days(item: Values | None) -> int:
    if item is None or item["rule"] == "period_end":
        return 0
    if "follow_up_days" not in item:
        raise InputError("field incomplete_period.follow_up_days is missing")
    return int(item["follow_up_days"])


def _alternatives(item: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in item.split("|"))
    for name in names:
        if name not in columns.STORED:
            raise InputError(f"field requires names the column {name!r}, which measures cannot read")
    return names


def _chart(item: Values, kind: str) -> ChartSettings:
    return ChartSettings(
        type=item.get("type", DEFAULT_CHARTS.get(kind, "xmr")),
        screen_outliers=item.get("screen_outliers", True),
        baseline_points=item.get("baseline_points"),
        seasonality=item.get("seasonality", "none"),
        rebases=tuple(Rebase(date.fromisoformat(part["date"]), _text(part["reason"])) for part in item.get("rebases", [])),
    )


def _target(item: Values) -> Target:
    from_, to = (date.fromisoformat(item[name]) if name in item else None for name in ("from", "to"))
    if from_ and to and to < from_:
        raise InputError(f"a target ends ({to}) before it starts ({from_})")
    return Target(float(item["value"]), from_, to, item.get("rationale", ""))


def _text(item: Values) -> Text:
    return Text(" ".join(item["en"].split()), " ".join(item["es"].split()))
