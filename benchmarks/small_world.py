"""The small part of the synthetic world: messages as text through the real path, with canaries that must never come out on the shared side."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.bootstrap import House, initialise
from bot.settings import Settings
from intelligence.vocabulary import NONE
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.tables import Staff

MARKETERS, CUSTOMERS, EXCHANGES = 8, 6, 3
SAID = {
    "budget": ("That is more than we can spend this year.", "Honestly, it is too expensive for us.", "We simply do not have the money for this."),
    "timing": ("Now is a bad moment, ask me again after the season.", "We cannot start anything before spring.", "Too busy this quarter, sorry."),
    "authority": ("I would have to ask my boss first.", "My partner decides about such things.", "The board has the last word on this."),
    "trust": ("How do I know that this really works?", "We were promised the same before and it failed.", "I have never heard of your company."),
    "competitor": ("We already work with another vendor.", "The other offer does the same for us.", "We are comparing you with two others."),
}
ANSWERS = {
    "roi-proof": "Let me put your own figures next to it: you save six hours a week, so it pays for itself in four months.",
    "case-study": "A customer in your trade had the same worry, and after three months their returns had fallen by half. I can send you the story.",
    "demo-or-trial": "Then try it for two weeks with your own data, free of charge, and decide afterwards.",
    "question-back": "May I ask what exactly is holding you back?",
    "reference-call": "I can put you in touch with a customer who has used it for a year, so you can ask them yourself.",
}
REACTIONS = {
    True: ("Great, send me the contract.", "That convinces me, let us do it.", "Sounds good, when can we start?"),
    False: ("No, that does not help.", "Not interested, thanks."),
}


def small_world(folder: Path, seed: int) -> dict[str, object]:
    """What came out of conversations whose every exchange is known."""
    settings = Settings(_env_file=None, data_dir=folder)
    initialise(settings)
    house = House.opened(settings)
    chance = Random(seed)
    began = datetime(2026, 9, 7, 9, tzinfo=UTC)
    truth: Counter[tuple[str, str, bool]] = Counter()
    canaries: set[str] = set()
    members = [house.staff.add(f"Seller {number}", now=began) for number in range(MARKETERS)]
    messages = sum(_conversation(house, member, number, chance, began, truth, canaries) for member in members for number in range(CUSTOMERS))
    for member in members:
        house.privacy.set_contributing(member.id, contributes=True)
    now = began + timedelta(days=60)
    house.learning.learn(began)  # loads the models, reads nothing that is not there yet
    house.learning.publish(now)
    start = time.perf_counter()
    house.learning.learn(now)
    again = time.perf_counter() - start
    lines = [line for member in members for line in house.privacy.ledger(member.id) if line["objection"] != NONE]
    heard = Counter((str(line["objection"]), str(line["response"]), line["reaction"] == "positive") for line in lines)
    patterns = house.shared.released()[0].values()
    shared = " ".join(str(value) for pattern in patterns for value in pattern.model_dump().values()) + " ".join(str(line) for line in lines)
    result = {
        "messages": messages,
        "exchanges": truth.total(),
        "recovered": (heard & truth).total(),
        "offered": len(lines),
        "patterns": len(patterns),
        "canaries": len(canaries),
        "canaries_found": sum(canary.casefold() in shared.casefold() for canary in canaries),
        "seconds_when_nothing_is_new": round(again, 2),
    }
    house.close()
    return result


def _conversation(  # noqa: PLR0913, PLR0917 - what a conversation is drawn from and recorded in
    house: House, member: Staff, number: int, chance: Random, began: datetime, truth: Counter[tuple[str, str, bool]], canaries: set[str]
) -> int:
    zone = house.zones.open(member.id)
    name, company = f"Zyxel{chance.randrange(10**6)} Quorvane{number}", f"Brontix{chance.randrange(10**6)} Ltd"
    phone = f"+4915{chance.randrange(10**8, 10**9)}"
    canaries |= {name, company, phone}
    customers, conversations = Customers(house.database, zone), Conversations(house.database, zone)
    at = began + timedelta(days=number)
    said: list[Incoming] = []

    def say(role: str, text: str, later: timedelta) -> None:
        nonlocal at
        at += later
        said.append(Incoming("export", "", role, "text", text, at))

    say("marketer", f"Hello {name}, this is about the offer for {company}.", timedelta())
    say("customer", f"Hi, you can reach me at {phone}.", timedelta(minutes=20))
    for _ in range(EXCHANGES):
        objection, response, worked = chance.choice(list(SAID)), chance.choice(list(ANSWERS)), chance.random() < 0.5
        truth[objection, response, worked] += 1
        say("marketer", "Did you have a look at it?", timedelta(days=2))
        say("customer", chance.choice(SAID[objection]), timedelta(minutes=30))
        say("marketer", ANSWERS[response], timedelta(minutes=45))
        say("customer", chance.choice(REACTIONS[worked]), timedelta(minutes=50))
    with house.database.transaction() as session:
        known = customers.add(session, name, now=began, company=company)
        customers.set_industry(session, known, chance.choice(("retail", "food")), "told")
        thread = conversations.with_customer(session, known.id, "whatsapp", began)
        return len(conversations.store(session, thread.id, said, began))
