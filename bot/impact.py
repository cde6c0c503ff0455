"""The use case behind `impact`: what the shared side is worth, over everybody who contributes and through the gate only."""

from datetime import timedelta
from typing import TYPE_CHECKING

from intelligence.epochs import epoch_of
from intelligence.impact import Moment, Worth, impact, median_days
from intelligence.objection_patterns import CATEGORY, POOLED
from memory.occasions import began, contributed, weeks

if TYPE_CHECKING:
    from bot.bootstrap import House
    from memory.tables import Occasion

_WEEKS = 4
_DAY = timedelta(days=1)


def told(house: "House") -> Worth:
    """The figures as of now."""
    now = house.clock()
    means = {(one.objection, one.response): one.mean for one in house.shared.category(CATEGORY) if one.level == POOLED}
    moments = [_moment(house, row) for row in contributed(house.database) if row.worked is not None]
    people = began(house.database)
    enough = len(people) >= house.gate.contributors_needed
    waits = [(((one.useful_at or now) - one.created_at) / _DAY, one.useful_at is not None) for one in people]
    history = {one.epoch: one for one in weeks(house.database)}
    last = history[max(history)] if history else None
    then = max((epoch for epoch in history if epoch <= epoch_of(now - _WEEKS * 7 * _DAY)), default="")
    return Worth(
        patterns=last.patterns if last else 0,
        validated=last.validated if last else 0,
        anti_patterns=last.anti_patterns if last else 0,
        patterns_gained=last.patterns - history[then].patterns if last and then else None,
        first_useful_days=median_days(waits) if enough else None,
        contributors=len(people) if enough else None,
        figures=impact(moments, house.gate.visible, means),
    )


def _moment(house: "House", row: "Occasion") -> Moment:
    return Moment(
        contributor=house.counting_token(row.staff_id),
        customer=row.customer_token,
        epoch=epoch_of(row.at),
        order=row.id,
        objection=row.objection,
        response=row.response,
        propensity=row.propensity,
        expected=row.expected,
        own_industry=row.own_industry,
        held_out=row.held_out,
        asked=row.message_id is None,
        wording=row.wording,
        wording_propensity=row.wording_propensity,
        worked=bool(row.worked),
    )
