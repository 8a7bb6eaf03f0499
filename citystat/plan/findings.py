"""What a chart shows, as one plain sentence in English or Spanish; made from the finding, never from a judgment of its own."""

import operator

from citystat.core import formats
from citystat.methods.control_charts import Finding
from citystat.plan import descriptions
from citystat.plan.charts_of_measures import MeasureChart
from citystat.plan.results import OK
from citystat.plan.series import MINIMUM_POINTS

Words = dict[str, str]
LATELY = 12
NUMBERS = {
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
    "es": ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce"],
}
EN: Words = {
    "missing": "The data do not record this.",
    "no_population": "No population is known for this, so there is no rate.",
    "too_few_points": "Too early to say: {whole}, and a verdict needs {minimum}.",
    "none_whole": "No {unit} so far has enough cases to say anything.",
    "one_whole": "one complete {unit}",
    "many_whole": "{n} complete {units}",
    "common_cause": "About the same as usual; differences from one {unit} to the next are within chance.",
    "shift": "{comparison} than usual since {since}: {n} {units} in a row {side} the average.",
    "trend": "{moving} since {since}: {n} {units} in a row.",
    "astronomical": "{since} was far {side} the usual range: {value}, where {lower} to {upper} is usual.",
    "astronomical_narrow": "{since} was far {side} the usual: {value}, where {lower} is usual.",
    "two_in_three": "{comparison} than usual lately: most of the last three {units} were close to the {edge} limit.",
    "run_signal": "Not steady: the {units} stay on one side of the median longer than chance allows.",
    "improvement": "That is an improvement.",
    "concern": "That is a change for the worse.",
    "neutral": "",
    "season": "The time of year is allowed for.",
    "autocorrelated": "Neighboring {units} are much alike, so signals come easily here; compare with the same {unit} of last year too.",
    "consistent_fail": "As things are, the target of {target} will keep being missed.",
    "consistent_pass": "As things are, the target of {target} will keep being met.",
    "hit_or_miss": "The target of {target} is within the usual range: {met} of the last {last} {units} met it; the next is left to chance.",
    "above": "above",
    "below": "below",
    "upper": "upper",
    "lower": "lower",
    "rising": "Rising",
    "falling": "Falling",
}
ES: Words = {
    "missing": "Los datos no registran esto.",
    "no_population": "No se conoce la población, por eso no hay tasa.",
    "too_few_points": "Es pronto para saberlo: {whole}, y un veredicto requiere {minimum}.",
    "none_whole": "Ningún {unit} tiene por ahora casos suficientes para decir algo.",
    "one_whole": "un {unit} completo",
    "many_whole": "{n} {units} completos",
    "common_cause": "Más o menos como siempre; las diferencias de un {unit} a otro caben dentro del azar.",
    "shift": "{comparison} de lo habitual desde {since}: {n} {units} seguidos por {side} del promedio.",
    "trend": "{moving} desde {since}: {n} {units} seguidos.",
    "astronomical": "{since} quedó muy por {side} de lo habitual: {value}, cuando lo habitual va de {lower} a {upper}.",
    "astronomical_narrow": "{since} quedó muy por {side} de lo habitual: {value}, cuando lo habitual es {lower}.",
    "two_in_three": "{comparison} de lo habitual últimamente: la mayoría de los últimos tres {units} estuvo cerca del límite {edge}.",
    "run_signal": "No es estable: los {units} permanecen de un lado de la mediana más de lo que permite el azar.",
    "improvement": "Es una mejora.",
    "concern": "Es un cambio para peor.",
    "neutral": "",
    "season": "Se tiene en cuenta la época del año.",
    "autocorrelated": "Los {units} vecinos se parecen mucho y aquí las señales surgen con facilidad; compare también con el año anterior.",
    "consistent_fail": "Tal como van las cosas, la meta de {target} se seguirá incumpliendo.",
    "consistent_pass": "Tal como van las cosas, la meta de {target} se seguirá cumpliendo.",
    "hit_or_miss": "Meta de {target}, dentro de lo habitual: {met} de los últimos {last} {units} la cumplieron; lo demás es azar.",
    "above": "encima",
    "below": "debajo",
    "upper": "superior",
    "lower": "inferior",
    "rising": "En aumento",
    "falling": "En descenso",
}
# How a lower and a higher value read, by the kind of the measure.
OTHER_COMPARISONS = {"en": ("Lower", "Higher"), "es": ("Más bajo", "Más alto")}
COMPARISONS = {
    "en": {
        "percentile": ("Faster", "Slower"),
        "stock_percentile": ("Younger", "Older"),
        "count": ("Fewer", "More"),
        "stock": ("Fewer", "More"),
    },
    "es": {
        "percentile": ("Más rápido", "Más lento"),
        "stock_percentile": ("Más reciente", "Más antiguo"),
        "count": ("Menos", "Más"),
        "stock": ("Menos", "Más"),
    },
}
UNITS = {
    "en": {"day": ("day", "days"), "week": ("week", "weeks"), "month": ("month", "months"), "quarter": ("quarter", "quarters")},
    "es": {"day": ("día", "días"), "week": ("período", "períodos"), "month": ("mes", "meses"), "quarter": ("trimestre", "trimestres")},
}
OTHER_UNITS = {"en": ("year", "years"), "es": ("año", "años")}


def sentence(chart: MeasureChart, language: str = "en") -> str:
    """What the last complete period shows: a signal with its direction and since when, or that there is none."""
    tongue = "es" if language.startswith("es") else "en"
    finding, phrases = chart.finding, ES if tongue == "es" else EN
    key, values = _key(chart), _values(chart, finding, tongue)
    if key == "astronomical" and values["lower"] == values["upper"]:
        key = "astronomical_narrow"
    if key == "too_few_points":
        known = int((chart.table.state[0] == OK).sum())
        key = "too_few_points" if known else "none_whole"
        values["whole"] = phrases["one_whole" if known == 1 else "many_whole"].format(**values)
    said = phrases[key].format(**values)
    verdict = phrases.get(finding.role, "") if finding.rule and chart.judged.run is None else ""
    return f"{said} {verdict}".strip()


def notes(chart: MeasureChart, language: str = "en") -> tuple[str, ...]:
    """What a careful reader should know beside the sentence: target, season, autocorrelation."""
    tongue = "es" if language.startswith("es") else "en"
    phrases, found = ES if tongue == "es" else EN, []
    values = _values(chart, chart.finding, tongue)
    judged = chart.judged.chart
    if judged.assurance and judged.target is not None:
        target = written(judged.target, chart.measure.format, tongue)
        found.append(phrases[judged.assurance].format(target=target, units=values["units"], **_of_late(chart, judged.target)))
    if chart.judged.season is not None:
        found.append(phrases["season"])
    if judged.autocorrelated:
        found.append(phrases["autocorrelated"].format(**values))
    return tuple(found)


def _of_late(chart: MeasureChart, target: float) -> dict[str, str]:
    """How many of the last twelve judged periods met a target."""
    judged = len(chart.table.periods) if chart.finding.through is None else chart.finding.through + 1
    states, values = chart.table.state[0][:judged], chart.table.value[0][:judged]
    known = [float(value) for value, state in zip(values, states, strict=True) if state == OK][-LATELY:]
    is_met = operator.ge if chart.measure.direction == "increase" else operator.le
    return {"met": str(sum(is_met(value, target) for value in known)), "last": str(len(known))}


def written(value: float, format: str, language: str = "en") -> str:
    """A value as people write it: 61.5%, 92%, 12.3 days, 54 days, 1,204."""
    if format == "percent":
        return formats.percent(value, _decimals(100 * value), language)
    if format == "count":
        return formats.number(value, 0, language)
    spanish = language.startswith("es")
    if value == 1 and format in ("days", "weeks"):
        return {"days": ("1 day", "1 día"), "weeks": ("1 week", "1 semana")}[format][spanish]
    unit = {"days": {"en": " days", "es": " días"}, "weeks": {"en": " weeks", "es": " semanas"}}.get(format, {})
    return f"{formats.number(value, _decimals(value), language)}{unit.get('es' if spanish else 'en', '')}"


def _decimals(value: float) -> int:
    """None for what reads as a whole number or is a hundred or more, else one."""
    return 0 if round(value, 1) % 1 == 0 or abs(value) >= 100 else 1


def _key(chart: MeasureChart) -> str:
    if not (chart.table.state[0] == OK).any() and all(row.state == "missing" for row in chart.rows):
        return "no_population" if chart.measure.kind == "per_capita" else "missing"
    if chart.judged.run is not None:
        return {True: "run_signal", False: "common_cause", None: "too_few_points"}[chart.judged.run.signal]
    if chart.finding.state != "ok":
        return "too_few_points"
    return chart.finding.rule or "common_cause"


def _values(chart: MeasureChart, finding: Finding, tongue: str) -> dict[str, str]:
    phrases = ES if tongue == "es" else EN
    unit, units = UNITS[tongue].get(chart.table.periods[0].unit, OTHER_UNITS[tongue])
    up = finding.direction > 0
    lower, higher = COMPARISONS[tongue].get(chart.measure.kind, OTHER_COMPARISONS[tongue])
    n_ok = int((chart.table.state[0] == OK).sum())
    counted = n_ok if finding.rule is None else finding.n_flagged
    named = "" if finding.since is None else descriptions.period_name(chart.table.periods[finding.since], tongue)
    return {
        "unit": unit,
        "units": units,
        "n": NUMBERS[tongue][counted] if counted < len(NUMBERS[tongue]) else str(counted),
        "minimum": str(MINIMUM_POINTS),
        "side": phrases["above" if up else "below"],
        "edge": phrases["upper" if up else "lower"],
        "comparison": higher if up else lower,
        "moving": phrases["rising" if up else "falling"],
        "since": named if finding.rule != "astronomical" else _capital(_last_named(chart, tongue)),
        **_range(chart, tongue),
    }


def _last_named(chart: MeasureChart, tongue: str) -> str:
    index = chart.finding.through
    return "" if index is None else descriptions.period_name(chart.table.periods[index], tongue)


def _range(chart: MeasureChart, tongue: str) -> dict[str, str]:
    """The last judged value and the limits about it."""
    index = chart.finding.through
    if index is None:
        return {"value": "", "lower": "", "upper": ""}
    limits = chart.judged.limits
    numbers = {"value": chart.table.value[0][index], "lower": limits.lower[index], "upper": limits.upper[index]}
    return {name: written(float(number), chart.measure.format, tongue) for name, number in numbers.items()}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
