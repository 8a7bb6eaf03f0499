"""Definitions and values in words, in English and Spanish, without a line of SQL."""

from babel.dates import format_date

from citystat.plan.conditions import Condition, Filter
from citystat.plan.definitions import Measure
from citystat.plan.groups import Where, values_of
from citystat.plan.periods import Period, parse_period
from citystat.plan.populations import Residents
from citystat.plan.results import MeasureRow
from citystat.plan.statements import Scope

Words = dict[str, str]
EN: Words = {
    "is_true": "{column}",
    "is_false": "not {column}",
    "is_null": "{column} is not recorded",
    "is_not_null": "{column} is recorded",
    "equals": "{column} is {value}",
    "in": "{column} is one of: {value}",
    "not_in": "{column} is none of: {value}",
    "at_least": "{column} is at least {value}",
    "more_than": "{column} is more than {value}",
    "at_most": "{column} is at most {value}",
    "less_than": "{column} is less than {value}",
    "contains_any": "{column} contains one of: {value}",
    "contains_none": "{column} contains none of: {value}",
    "or": " or ",
    "and": "; ",
    "rows": "Requests looked at: {value}.",
    "numerator": "Numerator: {value}.",
    "denominator": "Denominator: {value}.",
    "everything": "all of them",
    "time": "Placed in time by: {value}.",
    "period_end": "what is open at the end of the period's last day",
    "flags": "Left out, flagged: {value}.",
    "residents": "Residents of {year}: {value} ({source}).",
    "as_of": "Data as of {value}.",
    "of": "{numerator} of {denominator}",
    "not_recorded": "not recorded",
    "ok": "",
    "too_few": "too few to publish a value",
    "missing": "not recorded, so there is no value",
    "incomplete": "the period is not complete",
    "city": "whole city",
}
ES: Words = {
    "is_true": "{column}",
    "is_false": "no: {column}",
    "is_null": "{column} no está registrado",
    "is_not_null": "{column} está registrado",
    "equals": "{column} es {value}",
    "in": "{column} es uno de: {value}",
    "not_in": "{column} no es ninguno de: {value}",
    "at_least": "{column} es al menos {value}",
    "more_than": "{column} es más de {value}",
    "at_most": "{column} es como máximo {value}",
    "less_than": "{column} es menos de {value}",
    "contains_any": "{column} contiene alguno de: {value}",
    "contains_none": "{column} no contiene ninguno de: {value}",
    "or": " o ",
    "and": "; ",
    "rows": "Solicitudes consideradas: {value}.",
    "numerator": "Numerador: {value}.",
    "denominator": "Denominador: {value}.",
    "everything": "todas",
    "time": "Ubicadas en el tiempo por: {value}.",
    "period_end": "lo que está abierto al final del último día del período",
    "flags": "Excluidas por marca: {value}.",
    "residents": "Residentes de {year}: {value} ({source}).",
    "as_of": "Datos al {value}.",
    "of": "{numerator} de {denominator}",
    "not_recorded": "no registrado",
    "ok": "",
    "too_few": "muy pocas para publicar un valor",
    "missing": "no registrado, por eso no hay valor",
    "incomplete": "el período no está completo",
    "city": "toda la ciudad",
}
SPANISH_COLUMNS = {
    "is_counted": "contada (ni cancelada, ni duplicada, ni inválida)",
    "is_field_service": "servicio de campo",
    "is_located": "tiene ubicación",
    "is_overdue": "vencida",
    "on_time": "a tiempo",
    "status": "estado",
    "origin": "origen",
    "channel": "canal",
    "outcome": "resultado",
    "reopened": "reabierta",
    "recurred": "pedida de nuevo en el mismo lugar",
    "transfers": "transferencias",
    "appointment_kept": "primera cita cumplida",
    "appointment_on": "fecha de la primera cita",
    "opened_on": "fecha de apertura",
    "closed_on": "fecha de cierre",
    "due_on": "fecha límite",
    "judged_on": "fecha límite o, sin ella, fecha de cierre",
    "first_response_on": "fecha de primera respuesta",
    "opened_has_time": "hora de apertura registrada",
    "closed_has_time": "hora de cierre registrada",
    "age_days_at_end": "edad en días al final del período",
    "days_overdue_at_end": "días de retraso al final del período",
    "flag_closed_before_opened": "cerrada antes de abrirse",
    "flag_default_date": "una fecha por defecto, como 1900",
    "flag_default_point": "un punto por defecto que comparten muchas direcciones",
    "flag_off_city": "un punto fuera de la ciudad",
    "flag_impossible_duration": "abierta durante un tiempo imposible",
    "flag_mass_closed": "cerrada junto con un número improbable de otras",
    "flag_closed_in_minutes": "trabajo en la calle cerrado en menos de diez minutos",
    "flag_closed_after_as_of": "cerrada después de la fecha de los datos",
    "flag_opened_after_as_of": "abierta después de la fecha de los datos",
    "flag_status_conflict": "el estado y la fecha de cierre se contradicen",
    "flag_unknown_status": "un estado que el formato no conoce",
}
ENGLISH_COLUMNS = {
    "is_counted": "counted (not cancelled, duplicate or invalid)",
    "is_field_service": "field service",
    "is_located": "has a location",
    "is_overdue": "overdue",
    "on_time": "on time",
    "judged_on": "due date or, where there is none, closing date",
    "recurred": "asked for again at the same place",
    "appointment_kept": "first appointment kept",
    "appointment_on": "date of the first appointment",
    "opened_on": "opening date",
    "closed_on": "closing date",
    "due_on": "due date",
    "age_days_at_end": "age in days at the period's end",
    "days_overdue_at_end": "days overdue at the period's end",
}


def words(language: str) -> Words:
    """The phrases of a language; English where there is none."""
    return ES if language.startswith("es") else EN


def column_name(name: str, language: str) -> str:
    """A column in words."""
    named = SPANISH_COLUMNS if language.startswith("es") else ENGLISH_COLUMNS
    return named.get(name, name.removeprefix("flag_").replace("_", " "))


def condition(one: Condition, language: str) -> str:
    """One condition in words."""
    phrases = words(language)
    if one.any_of:
        return phrases["or"].join(condition(part, language) for part in one.any_of)
    key = one.operator
    if key == "is":
        key = f"is_{str(one.value).lower()}"
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    return phrases[key].format(column=column_name(one.column, language), value=", ".join(str(value) for value in values))


def conditions(filters: Filter, language: str) -> str:
    """All conditions in words."""
    phrases = words(language)
    return phrases["and"].join(condition(one, language) for one in filters) or phrases["everything"]


def definition(measure: Measure, language: str) -> tuple[str, ...]:
    """A definition (of one cohort) as a list of sentences."""
    phrases = words(language)
    time = phrases["period_end"] if measure.time == "period_end" else column_name(measure.time, language)
    lines = [phrases["rows"].format(value=conditions(measure.rows, language)), phrases["time"].format(value=time)]
    if measure.numerator:
        lines.append(phrases["numerator"].format(value=conditions(measure.numerator, language)))
    if measure.denominator is not None:
        lines.append(phrases["denominator"].format(value=conditions(measure.denominator, language)))
    if measure.exclude_flags:
        named = ", ".join(column_name(flag, language) for flag in measure.exclude_flags)
        lines.append(phrases["flags"].format(value=named))
    return tuple(lines)


def criteria(measure: Measure, scope: Scope, residents: Residents | None, language: str) -> tuple[str, ...]:
    """The definition, the population used and the as-of date, as sentences."""
    phrases, lines = words(language), list(definition(measure, language))
    if residents is not None and residents.years and residents.years[0] is not None:
        count = f"{residents.counts[0][0]:,.0f}"
        lines.append(phrases["residents"].format(year=residents.years[0], value=count, source=residents.source or "-"))
    return (*lines, phrases["as_of"].format(value=day(scope.as_of.isoformat(), language)))


def sentence(measure: Measure, row: MeasureRow, period: Period, group: Where, cohort: str | None, language: str) -> str:
    """A value in one line: measure, period, group, numbers, state."""
    phrases = words(language)
    where = ", ".join(f"{key} {_values(value, phrases)}" for key, value in sorted(group.items())) or phrases["city"]
    name = measure.label.in_(language)
    chosen = measure.cohort(cohort) if cohort else None
    if chosen:
        name = f"{name} ({chosen.label.in_(language)})"
    numbers = "" if row.numerator is None else f"{row.numerator:,}"
    if row.numerator is not None and row.denominator is not None:
        numbers = phrases["of"].format(numerator=f"{row.numerator:,}", denominator=f"{round(row.denominator, 2):,.10g}")
    parts = [period_name(period, language), where, numbers, phrases[row.state]]
    return f"{name}: " + ", ".join(part for part in parts if part) + "."


def period_name(period: Period, language: str) -> str:
    """A period as people say it: June 2017, junio de 2017; a quarter by its first and last month."""
    spanish = language.startswith("es")
    if period.unit == "month":
        return str(format_date(period.start, "MMMM 'de' y" if spanish else "MMMM y", locale="es" if spanish else "en"))
    if period.unit == "quarter":
        first, last = (format_date(one, "MMMM", locale="es" if spanish else "en") for one in (period.start, period.end))
        return f"{first}\u2013{last} {'de ' if spanish else ''}{period.start.year}"
    if period.unit == "week":
        start = day(period.start.isoformat(), language)
        return f"semana del {start}" if spanish else f"week of {start}"
    if period.unit == "fiscal_year":
        return f"{'año fiscal' if spanish else 'fiscal year'} {period.key.removeprefix('FY')}"
    return day(period.start.isoformat(), language) if period.unit == "day" else period.key


def day(text: str, language: str) -> str:
    """A date as people write it."""
    one = parse_period(text).start
    spanish = language.startswith("es")
    return str(format_date(one, "d 'de' MMMM 'de' y" if spanish else "MMMM d, y", locale="es" if spanish else "en"))


def _values(value: object, phrases: Words) -> str:
    return ", ".join(one if one is not None else phrases["not_recorded"] for one in values_of(value))  # type: ignore[arg-type]
