"""What a coach card shows at the moment: its advice, the window, what was sent, what its owner said."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot import windows
from bot.answers import Advice, Practice, Suggested
from bot.coach_cards import Answer, CoachView
from intelligence.vocabulary import NONE
from memory.coach_cards import KnownCard
from memory.customers import Customers
from memory.outbox import Outbox
from memory.preferences import Preferences
from memory.reply_windows import ReplyWindows
from memory.suggestions import Suggestions
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.bootstrap import House


def view(house: "House", staff_id: str, card: KnownCard) -> CoachView:
    """Everything a card shows now."""
    zone = house.zones.open(staff_id)
    local = ZoneInfo(house.staff.get(staff_id).time_zone)
    box, heard = Outbox(house.database, zone), ReplyWindows(house.database, zone).latest(card.customer_id)
    letters = [one for one in box.of_card(card.id) if one.state != "draft"]
    customer, quiet = Customers(house.database, zone).get(card.customer_id), Preferences(house.database, zone)
    advice, own, now = advice_of(card.advice), own_words_id(zone, card.id), house.clock()
    if customer.industry_source == "told":
        advice = replace(advice, industry=customer.industry, industry_source="told")
    mine = {own, *(one.suggestion_id for one in advice.suggestions)}
    can_send = house.sending is not None and customer.opted_out_at is None and (heard is not None or bool(customer.addresses))
    snoozed = quiet.get().snoozed_until
    return CoachView(
        card_id=card.id,
        advice=advice,
        window=windows.said(heard.at if heard else None, now) if can_send else "",
        can_send=can_send,
        state="answered" if card.state == "shown" and letters else card.state,
        reason=card.reason,
        answers=[
            Answer(
                one.id,
                one.body,
                one.state,
                one.failure,
                f"{one.updated_at.astimezone(local):%H:%M}",
                one.file.name if one.file else "",
                one.created_at.isoformat(),
                one.suggestion_id or ("" if advice.objection == NONE else own),
            )
            for one in letters
        ],
        drafts=box.drafts(card.id),
        verdicts=frozenset((one.suggestion_id, one.verdict) for one in Suggestions(house.database, zone).feedback() if one.suggestion_id in mine),
        snoozed=f"{snoozed.astimezone(local):%H:%M}" if snoozed and snoozed > now else "",
        muted=card.customer_id in quiet.muted(now),
    )


def own_words_id(zone: Zone, card_id: str) -> str:
    """Of the suggestion that an answer in own words counts as, so that its owner can say how it went."""
    return zone.cipher.token(f"{card_id}/own", "suggestion")


def advice_of(kept: str) -> Advice:
    """What a card advises, from what is kept of it."""
    told = json.loads(kept)
    suggestions = tuple(Suggested(**one) for one in told.pop("suggestions"))
    practice = tuple(Practice(**one) for one in told["practice"])
    return Advice(**told | {"suggestions": suggestions, "practice": practice, "others": tuple(told.get("others", ()))})
