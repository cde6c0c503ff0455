"""What came of the moments at which a suggestion was due, held out or not: how the exchange ended, and of advice that was asked for what its owner said."""

from collections.abc import Iterable, Mapping

from intelligence.offering import possible_exchanges
from intelligence.outcomes import succeeded
from memory.contributions import Contributions, Offer
from memory.database import Database
from memory.occasions import Occasions
from memory.suggestions import Suggestions
from memory.zones import Zone

_VERDICTS = {"worked": True, "did-not-work": False}


def heard(offers: Iterable[Offer]) -> dict[str, bool]:
    """How each exchange among the offers ended, by key: taken before verdicts are, which exist only where a card was shown and would flatter it."""
    return {one.exchange_key: succeeded(one.reaction, one.deal_outcome) for one in offers if one.kind == "exchange"}


def settle(database: Database, zone: Zone, ends: Mapping[str, bool], keys_of: Mapping[str, list[str]]) -> None:
    """Of one contributing zone. `ends` are those just read, `keys_of` the keys by message; what was taken back from the ledger tells nothing any more."""
    occasions = Occasions(database, zone)
    rows = occasions.all()
    if not rows:
        return
    counting = Contributions(database, zone).counting()
    said = {one.suggestion_id: _VERDICTS[one.verdict] for one in Suggestions(database, zone).feedback() if one.verdict in _VERDICTS}
    found: dict[str, tuple[bool | None, str]] = {}
    for row in rows:
        worked, key = row.worked, row.exchange_key if row.exchange_key in counting else ""
        if row.message_id is None:
            worked = said.get(row.suggestion_id)
        else:
            keys = (key,) if key else (*keys_of.get(row.message_id, ()), *possible_exchanges(zone, row.message_id))
            key = next((one for one in keys if one in counting), "")
            worked = ends.get(key, worked) if key else None
        if (worked, key) != (row.worked, row.exchange_key):
            found[row.id] = (worked, key)
    occasions.settle(found)
