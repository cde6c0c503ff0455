"""What the shared side is worth -> Card. Pure."""

from bot.messages import Card, Fact, Section, Visibility
from bot.wording import capital, spoken
from intelligence.impact import Compared, Value, Worth

_VALUES_SHOWN = 5


def impact(told: Worth) -> Card:
    """Figures that could come out negative. Holds nothing of one person."""
    figures = told.figures
    gained = "not known yet" if told.patterns_gained is None else f"{told.patterns_gained:+d}"
    days = "not known yet" if told.first_useful_days is None else f"{told.first_useful_days:.0f} days"
    return Card(
        title="What the shared craft is worth",
        summary=f"{told.patterns} patterns; with suggestions against without: {difference(figures.lift)}.",
        sections=(
            Section(
                facts=(
                    Fact("Patterns visible", str(told.patterns)),
                    Fact("Against four weeks ago", gained),
                    Fact("Proven, warnings", f"{told.validated}, {told.anti_patterns}"),
                    Fact("Half had a useful suggestion by", days),
                )
            ),
            Section(title="With a suggestion against a held-out share without", text=capital(difference(figures.lift))),
            Section(title="Evidence from all industries against the industry's own", text=capital(difference(figures.cross_industry))),
            *_values("If one answer always came first", figures.responses),
            *_values("If one wording were always used", figures.wordings),
            *_reliability(told),
        ),
        footnote="Counted over everybody who contributes, shown only where enough stand behind it. Differences may be chance: see the range.",
        visibility=Visibility.ANYONE,
    )


def difference(found: Compared | None) -> str:
    """`+4 points (-2 to +10)`, or why there is none."""
    if found is None:
        return "not enough people, customers or weeks behind it yet"
    mean, low, high = (f"{round(100 * value):+d}" for value in (found.difference.mean, found.difference.low, found.difference.high))
    return f"{mean} points ({low} to {high}): {found.successes} of {found.n} against {found.other_successes} of {found.other_n}"


def _values(title: str, values: tuple[Value, ...]) -> tuple[Section, ...]:
    best = sorted(values, key=lambda one: -one.robust.mean)[:_VALUES_SHOWN]
    lines = [
        f"\u2022 {spoken(one.objection.split('/')[0])}, {spoken(one.choice)}: {round(100 * one.robust.mean)} % "
        f"({round(100 * one.robust.low)}\u2013{round(100 * one.robust.high)} %), from {one.n} cases"
        for one in best
    ]
    return (Section(title=title, text="\n".join(lines)),) if lines else ()


def _reliability(told: Worth) -> tuple[Section, ...]:
    found = told.figures.reliability
    if found is None:
        return ()
    lines = [f"\u2022 expected {round(100 * said)} %, seen {round(100 * seen)} % in {n} cases" for said, seen, n in found.table]
    score = f"Brier score {found.brier:.3f}; always saying the base rate would score {found.base_brier:.3f}."
    return (Section(title="How far expected rates can be relied on", text="\n".join((*lines, score))),)
