"""How the product is taken up, over everybody: counts of people that are never smaller than the gate allows, and never exact."""

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.admin_answers import Adoption, AnswersJudged, Taken
from memory.answer_verdicts import judged
from memory.conversations import owners
from memory.suggestions import readers, users

if TYPE_CHECKING:
    from bot.bootstrap import House

_LATELY = timedelta(days=30)


def adoption(house: "House") -> Adoption:
    """As of now."""
    everybody, k, since = house.staff.all(), house.gate.contributors_needed, house.clock() - _LATELY
    active = {member.id for member in everybody if member.deactivated_at is None}
    did = {
        "have conversations in their zone": owners(house.database),
        "were shown a suggestion within 30 days": readers(house.database, since),
        "used one within 30 days": users(house.database, since),
        "contribute to the playbook": {member.id for member in everybody if member.contributes},
    }
    states = Counter("deactivated" if member.deactivated_at else "linked" if member.slack_user_id else "unlinked" for member in everybody)
    return Adoption(
        states["linked"],
        states["unlinked"],
        states["deactivated"],
        k,
        tuple(Taken(what, at_least(len(people & active), len(active), k)) for what, people in did.items()),
        tuple(AnswersJudged(one.route, round(10 * one.good / (one.good + one.bad)), one.people // k * k) for one in judged(house.database) if one.people >= k),
    )


def at_least(people: int, of: int, k: int) -> int:
    """A count that tells about nobody: in steps of k, and leaving at least k people of whom it may not be true; 0 where there is none such."""
    return min(people // k, (of - k) // k) * k if of >= k else 0
