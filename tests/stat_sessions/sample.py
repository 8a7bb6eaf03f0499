"""One hand-made packet, so that setting can be tested without a warehouse."""

from citystat.stat_sessions import content as c


def value(number: float, of: float | None = None, half: float | None = None, state: str = "ok") -> c.Value:
    numerator = number * of if of is not None else number
    return c.Value(number, numerator, of, None if half is None else number - half, None if half is None else number + half, state)


def compared(now: c.Value, before: c.Value | None, verdict: c.Verdict = "same") -> c.Compared:
    return c.Compared(now, before, verdict)


def trend(unit: str, base: float, step: float) -> c.Trend:
    months = [f"{2015 + index // 12}-{index % 12 + 1:02d}" for index in range(30)]
    points = tuple(
        c.TrendPoint(
            month,
            base + (index % 5 - 2) * step + (2 * step if index > 25 else 0),
            base,
            base - 3 * step,
            base + 3 * step,
            "concerning" if index > 25 else "common_cause",
            index < 29,
        )
        for index, month in enumerate(months)
    )
    return c.Trend(unit, points, label="")


COLUMNS = (
    c.Column("requests_opened", "Opened", "count", "neutral"),
    c.Column("requests_closed", "Closed", "count", "neutral"),
    c.Column("closed_on_time", "On time", "percent", "increase"),
    c.Column("median_days_to_close", "Median days", "days", "decrease"),
    c.Column("p90_days_to_close", "9 in 10 within, days", "days", "decrease"),
    c.Column("open_backlog", "Open", "count", "decrease"),
    c.Column("overdue", "Overdue", "count", "decrease"),
    c.Column("reopen_rate", "Reopened", "percent", "decrease"),
)


def row(label: str, scale: float) -> c.TableRow:
    cells = {
        "requests_opened": compared(value(124 * scale), value(96 * scale), "higher"),
        "requests_closed": compared(value(118 * scale), value(101 * scale)),
        "closed_on_time": compared(value(0.72, 110 * scale, 0.04), value(0.81, 99 * scale, 0.04), "lower"),
        "median_days_to_close": compared(value(4.5, None, 0.5), value(4, None, 0.5)),
        "p90_days_to_close": compared(value(31, None, 4), c.Value(state="missing")),
        "open_backlog": compared(value(212 * scale), value(160 * scale), "higher"),
        "overdue": compared(value(61 * scale), value(44 * scale)),
        "reopen_rate": compared(c.Value(None, 2, 11, state="too_few"), c.Value(None, 1, 9, state="too_few")),
    }
    return c.TableRow(label.lower(), label, cells)


def case(index: int) -> c.Case:
    return c.Case(
        "Illegal dumping on public property", "Neighborhoods and Housing", "3", "2014-03-02", 1216 - index * 31, 1180 - index * 31
    )


def headline(measure: str, label: str, unit: str, now: c.Value, before: c.Value, signal: str, arrow: str | None, step: float) -> c.Headline:
    return c.Headline(
        measure,
        label,
        unit,
        "increase",
        compared(now, before),
        f"What {label.lower()} means, in one line of its definition.",
        signal,
        arrow,
        f"{label} has been outside its usual range since March 2017, by the rule of seven months on one side.",
        "About the same as June 2016; the difference is within chance.",
        trend(unit, now.value or 0, step),
    )


def topic(index: int) -> c.Topic:
    picture = c.Picture(
        "trend", "Open requests have risen", "Open at month's end", "Open rose from 40 to 61.", "count", trend("count", 50, 3)
    )
    bars = c.Picture(
        "bars",
        "Late most often in District 3",
        "Share on time, as if each district had the city's mix",
        "District 3 is lowest.",
        "percent",
        bars=tuple(c.Bar(f"District {n}", 0.9 - 0.05 * n, n == 3) for n in range(1, 7)),
        reference=0.8,
        reference_label="City 80%",
    )
    cause = c.Cause("process", "Process", "Is there a step where requests wait for somebody else?")
    return c.Topic(
        "backlog_growing",
        "Backlog growing",
        "Open requests rose in each of the last three months, together by 32 percent.",
        "service",
        "Potholes",
        "More pothole requests are open each month since March",
        ("61 open at the end of June, 40 at the end of March.", "98 opened and 77 closed in June."),
        ("What would have to change for the backlog to stop growing?", "Which of these requests are waiting for weather or material?"),
        (cause, c.Cause("data", "Data", "Are finished repairs closed in the system?"), c.Cause("resource", "Resource", "Are crews short?")),
        picture if index % 2 == 0 else bars,
    )


def district(index: int) -> c.DistrictPage:
    return c.DistrictPage(
        str(index),
        f"District {index}",
        compared(value(210), value(190)),
        compared(value(2.7, None, 0.4), value(2.4, None, 0.4)),
        c.Population(77_900, 2010, "Census"),
        "2.7 requests per 1,000 residents (95 % interval 2.3 to 3.1), of 77,900 residents in 2010.",
        compared(value(0.71, 190, 0.06), value(0.8, 150, 0.06), "lower"),
        value(0.69, 190, 0.06),
        value(0.8, 1200, 0.02),
        "With the city's mix of services, 69 % would be on time, below what chance explains.",
        compared(value(120), value(100)),
        compared(value(31), value(22)),
        compared(value(200), value(188)),
        tuple(c.TypeCount(f"Service number {n}", 40 - n * 5, 36 - n * 4) for n in range(5)),
        tuple(c.TypeCount(f"Service number {n}", 0, None, 9 - n) for n in range(4)),
        tuple(case(n) for n in range(3)),
    )


def outline(count: int = 6) -> c.OutlineMap:
    shapes = tuple(
        c.MapShape(str(n), f"District {n}", f"M{(n - 1) % 3 * 60} {(n - 1) // 3 * 60}h58v58h-58Z", 30, 30) for n in range(1, count + 1)
    )
    return c.OutlineMap("council_district", "2012", 180, 120, shapes)


def districts(count: int = 6) -> c.Districts:
    return c.Districts(
        tuple(district(n) for n in range(1, count + 1)),
        outline(count),
        "Requests show who asks, not only what is needed. Places differ severalfold in how often the same problem is reported.",
        tuple(c.Bar(f"District {n}", 0.9 - 0.04 * n, n == 5, 0.86 - 0.04 * n, 0.94 - 0.04 * n) for n in range(1, count + 1)),
        14,
        "14 requests of this month have no usable location and count in no district.",
    )


def packet(n_districts: int = 6, **changes: object) -> c.PacketContent:
    values: dict[str, object] = {
        "format": c.FORMAT,
        "city": "Rivertown",
        "demo": False,
        "month": "2017-06",
        "month_name": "June 2017",
        "before_name": "June 2016",
        "language": "en",
        "audience": "public",
        "scope": c.Scope(),
        "build": 7,
        "as_of": "2017-12-31",
        "is_complete": True,
        "completeness": "",
        "title": "Rivertown, June 2017",
        "subtitle": "311 requests of the whole city, for the mayor, the city manager and the council",
        "purpose": "To see what residents asked for, what was done in time, and where the city's attention is needed most.",
        "decisions": ("Is a catch-up plan for potholes needed, and who owns it?", "Why is District 3 late more often?"),
        "headlines": (
            headline("requests_opened", "Requests opened", "count", value(1204), value(1188), "common_cause", None, 60),
            headline(
                "closed_on_time",
                "Closed on time",
                "percent",
                value(0.724, 1188, 0.03),
                value(0.803, 1100, 0.03),
                "concerning",
                "down",
                0.03,
            ),
            headline("open_backlog", "Open at month's end", "count", value(2131), value(1844), "improving", "up", 90),
        ),
        "first_page_notes": ("Calls offered and answered are not shown: no call data have been loaded.",),
        "channels": (
            c.ChannelRow("phone", "Phone", compared(value(804), value(900)), 0.67, 0.76),
            c.ChannelRow("web", "Web", compared(value(400), value(288), "higher"), 0.33, 0.24),
        ),
        "topics": tuple(topic(n) for n in range(3)),
        "topics_note": "Chosen by rule, weak points first.",
        "services": c.FigureTable(
            COLUMNS, tuple(row(name, 1) for name in ("Potholes", "Trash", "Street lights")), row("All services", 8), 41
        ),
        "departments": c.FigureTable(COLUMNS, tuple(row(name, 3) for name in ("Public Works", "Water")), row("City", 8)),
        "oldest": tuple(case(n) for n in range(10)),
        "districts": districts(n_districts),
        "repeats": (c.RepeatPlace("Illegal dumping", "Near Oak Park", 9, 2, 1),),
        "repeat_facts": (c.Fact("Reopened", "3.1 % of requests closed in June were opened again."),),
        "loads": (c.LoadRow(1, "2017-12-31", "kansas-city-to-2021", 61348, 61340, 0, 0, 8),),
        "flags": (c.FlagRow("flag_mass_closed", "Closed together with many others", 12, 0.01),),
        "notes": (c.Note("As of", ("Everything here is as known on December 31, 2017.",)),),
    }
    return c.PacketContent(**(values | changes))  # type: ignore[arg-type]
