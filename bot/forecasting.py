"""The use case behind `forecast`: how likely each open deal of one's own is to be won, from one's own deals that ended. Nothing of it leaves the zone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from intelligence.forecasting import Forecast, Forecaster
from memory.customers import Customers
from memory.deals import Deals, KnownDeal
from memory.tables import DealStep

if TYPE_CHECKING:
    from bot.bootstrap import House

_LOOKS = (0, 7, 30, 90, 180)
"""Days after its beginning at which a past deal is looked at as it was then, if it was still open: what tells of a young deal need not tell of an old one."""
_ENDED = ("won", "lost")
_DAY = timedelta(days=1)


def forecasts(house: "House", staff_id: str) -> list[dict[str, Any]]:
    """One's own open deals, likeliest first, those nothing can be said of last."""
    zone = house.zones.open(staff_id)
    customers = {one.id: one for one in Customers(house.database, zone).all()}
    known = Deals(house.database, zone)
    deals, steps = known.all(), known.steps()
    facts: list[Mapping[str, str]] = []
    won, groups = [], []
    for deal in deals:
        mine = steps.get(deal.id, ())
        if deal.outcome not in _ENDED or not mine:
            continue
        for days in _LOOKS:
            at = mine[0].at + days * _DAY
            then = _at(mine, at)
            if then is not None and then.outcome not in _ENDED:
                facts.append(_facts(deal, customers[deal.customer_id].industry, then.stage, days))
                won.append(deal.outcome == "won")
                groups.append(deal.id)
    model = Forecaster.of(facts, won, groups=groups)
    rows = []
    for deal in deals:
        if deal.outcome in _ENDED:
            continue
        age = (house.clock() - _began(deal, steps.get(deal.id, ()))).days
        said = model.forecast(_facts(deal, customers[deal.customer_id].industry, deal.stage, max(look for look in _LOOKS if look <= max(age, 0))))
        rows.append(_row(deal, customers[deal.customer_id].name, said))
    return sorted(rows, key=lambda row: -(row["probability"] if row["probability"] is not None else -1.0))


def sentence(row: Mapping[str, Any]) -> str:
    """One line for a person."""
    about = f"{row['name']} with {row['customer']}"
    if row["probability"] is None:
        return f"{about}: not enough evidence ({row['why']})."
    rate = f"{round(100 * row['probability'])} % ({round(100 * row['low'])}\u2013{round(100 * row['high'])} %)"
    if row["why"]:
        return f"{about}: {rate}, the share of your {row['n']} ended deals that were won; {row['why']}."
    return f"{about}: {rate}; of your {row['n']} ended deals {round(100 * row['base_rate'])} % were won."


def _facts(deal: KnownDeal, industry: str, stage: str, days: int) -> dict[str, str]:
    return {"amount": deal.amount_band, "industry": industry, "stage": stage, "age": f"{days} days", "stage and age": f"{stage}, {days} days"}


def _at(steps: Sequence[DealStep], at: datetime) -> DealStep | None:
    return next((one for one in reversed(steps) if one.at <= at), None)


def _began(deal: KnownDeal, steps: Sequence[DealStep]) -> datetime:
    return steps[0].at if steps else deal.updated_at


def _row(deal: KnownDeal, customer: str, said: Forecast) -> dict[str, Any]:
    rates = {key: None if (value := getattr(said, key)) is None else round(value, 4) for key in ("probability", "low", "high", "base_rate")}
    return {"id": deal.id, "customer": customer, "name": deal.name, "stage": deal.stage, **rates, "n": said.n, "informed": said.informed, "why": said.why}
