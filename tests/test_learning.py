from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from sqlmodel import select

from bot.bootstrap import House
from intelligence.classifier import CustomerTurn, MarketerTurn
from intelligence.disclosure import Gate
from intelligence.errors import RefusedPublication
from intelligence.funnel import STAGES
from intelligence.learning import Learning
from intelligence.vocabulary import CONTACT_BANDS, DAY_PARTS, DEAL_OUTCOMES, LATENCY_BANDS, Vocabulary, bundled
from memory.contributions import counted_lines
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.deals import Deals
from memory.suggestions import Suggestions
from memory.tables import Contribution, SalesPattern, Staff, Suggestion
from tests.conftest import NOW

BEGAN = NOW - timedelta(days=40)
OBJECTIONS = {"too dear for us": "budget", "not this year": "timing"}
REACTIONS = {"send me the contract": "positive", "no thanks": "negative"}
RESPONSES = {"it pays for itself": "roi-proof", "a story of a customer": "case-study"}


class ByHeart:
    """A classifier that knows a few sentences by heart: what is tested here is what is made of labels."""

    version = "by heart/1"

    def __init__(self) -> None:
        self.read = 0

    def customer(self, texts: Sequence[str], contexts: Sequence[str]) -> list[CustomerTurn]:  # noqa: ARG002 - the interface
        self.read += len(texts)
        return [self._heard(text) for text in texts]

    def marketer(self, texts: Sequence[str], contexts: Sequence[str]) -> list[MarketerTurn]:  # noqa: ARG002 - the interface
        self.read += len(texts)
        return [MarketerTurn(next((label for cue, label in RESPONSES.items() if cue in text), "other"), MappingProxyType({})) for text in texts]

    def _heard(self, text: str) -> CustomerTurn:
        found = tuple((label, 0.9) for cue, label in OBJECTIONS.items() if cue in text)
        reaction = next((label for cue, label in REACTIONS.items() if cue in text), "neutral")
        return CustomerTurn(found[0][0] if found else "none", found, reaction, MappingProxyType({}))


@pytest.fixture
def by_heart() -> ByHeart:
    return ByHeart()


@pytest.fixture
def firm(house: House, by_heart: ByHeart) -> House:
    """A house with six contributing marketers and two customers each who objected to the price; half of the answers worked."""
    house.__dict__["classifier"] = by_heart
    for number in range(6):
        member = house.staff.add(f"Seller {number}", now=BEGAN)
        house.staff.set_contributes(member.id, contributes=True)
        for customer in range(2):
            reaction = "send me the contract" if customer else "no thanks"
            _say(house, member, f"Customer {customer}", "hello", "that is too dear for us", "it pays for itself in a year", reaction, at=BEGAN)
    return house


def _say(house: House, member: Staff, customer: str, *texts: str, at: datetime, industry: str = "retail") -> list[str]:
    """Texts in turn, marketer first, an hour apart."""
    zone = house.zones.open(member.id)
    customers, conversations = Customers(house.database, zone), Conversations(house.database, zone)
    with house.database.transaction() as session:
        known = customers.called(session, customer) or customers.add(session, customer, now=at)
        customers.set_industry(session, known, industry, "told")
        thread = conversations.with_customer(session, known.id, "whatsapp", at)
        said = [
            Incoming("export", "", "customer" if number % 2 else "marketer", "text", text, at + timedelta(hours=number)) for number, text in enumerate(texts)
        ]
        return [row.id for row in conversations.store(session, thread.id, said, at)]


def _pattern(house: House, response: str = "roi-proof", objection: str = "budget") -> SalesPattern | None:
    return next((one for one in house.shared.situation(objection) if one.response == response), None)


def _learned(house: House, **changes: object) -> Learning:
    parts = ("database", "zones", "staff", "shared", "classifier", "anonymizer", "vocabulary", "gate")
    return Learning(**{**{part: getattr(house, part) for part in parts}, "token": house.counting_token, "embedder": house.embedder, **changes})  # type: ignore[arg-type]


def test_twelve_customers_of_six_people_make_a_pattern(firm: House) -> None:
    report = firm.learning.learn(NOW)
    found = _pattern(firm)
    assert report.exchanges == 12
    assert found is not None
    assert (found.n, found.successes, found.contributors, found.customers) == (12, 6, 6, 12)
    assert found.low < 0.5 < found.high
    assert 0 < found.effective_n < 12
    assert found.template


def test_what_is_offered_is_bands_words_of_the_vocabulary_and_hashes(firm: House) -> None:
    said = ("we had 12,450 euros, John", "that is too dear for us, call 0171 3920042", "it pays for itself, ask Brightwell Dental", "send me the contract")
    _say(firm, firm.staff.named("Seller 0"), "John Brightwell", *said, at=BEGAN + timedelta(days=2))
    firm.learning.learn(NOW)
    words = bundled()
    allowed = {
        "kind": {"exchange", "follow-up", "journey"},
        "objection": {*words.objections, "none"},
        "response": set(words.responses),
        "reaction": set(REACTIONS.values()) | {"neutral"},
        "deal_outcome": set(DEAL_OUTCOMES),
        "deal_stage": {"", *STAGES},
        "industry": {*words.industries, "unknown"},
        "size_band": {*words.size_bands, "unknown", ""},
        "amount_band": {*words.amount_bands, "unknown"},
        "channel": {"whatsapp"},
        "weekday_part": {f"{day}-{part}" for day in ("weekday", "weekend") for part in DAY_PARTS},
        "days_since_contact": {*CONTACT_BANDS, "unknown"},
        "reply_latency": {*LATENCY_BANDS, "unknown", "none"},
    }
    with firm.database.reading() as session:
        lines = [line.model_dump() for line in session.exec(select(Contribution))]
    assert {line["amount_band"] for line in lines} == {"10k-50k", "unknown"}
    for line in lines:
        assert {column: line[column] for column in allowed if line[column] not in allowed[column]} == {}
        assert all(set(line[token]) <= set("0123456789abcdef") for token in ("contributor_token", "customer_token"))


def test_an_added_word_that_repeats_a_message_or_names_a_customer_is_not_published(firm: House, tmp_path: Path) -> None:
    _say(firm, firm.staff.named("Seller 0"), "Rosalind Achebe", "the green crates from our harbour arrive broken on mondays", at=BEGAN)
    file = tmp_path / "vocabulary.toml"
    for meaning in ("says the green crates from our harbour arrive broken", "what convinced Rosalind Achebe"):
        file.write_text(f'[responses]\nroi-proof = "{meaning}"\n', encoding="utf-8")
        with pytest.raises(RefusedPublication, match="nothing was published"):
            _learned(firm, vocabulary=Vocabulary.load(file), known_of=firm.deny_list).learn(NOW)
    assert _pattern(firm) is None


def test_learning_twice_changes_nothing_and_reads_nothing(firm: House, by_heart: ByHeart) -> None:
    firm.learning.learn(NOW)
    before, read = _pattern(firm), by_heart.read
    report = firm.learning.learn(NOW)
    after = _pattern(firm)
    assert by_heart.read == read
    assert (report.messages, report.new_contributions) == (0, 0)
    assert before is not None
    assert after is not None
    assert after.model_dump() == before.model_dump()


def test_only_the_end_of_a_conversation_is_read_again_and_to_the_same_result(firm: House, by_heart: ByHeart) -> None:
    member = firm.staff.named("Seller 0")
    small_talk = [text for at in range(20) for text in (f"about the fair {at}", f"I see, thank you {at}")]
    _say(firm, member, "Customer 0", *small_talk, at=BEGAN + timedelta(days=2))
    firm.learning.learn(NOW)
    read = by_heart.read
    _say(firm, member, "Customer 0", "news?", "not this year", "a story of a customer", "send me the contract", at=BEGAN + timedelta(days=30))
    report = firm.learning.learn(NOW)
    assert (report.exchanges, report.new_contributions) == (1, 2)  # the exchange and the follow-up
    assert by_heart.read - read < 10
    piecewise = {line.exchange_key: line[1:] for line in counted_lines(firm.database)}
    by_heart.version = "by heart/2"  # another classifier reads everything again
    _learned(firm).learn(NOW)
    whole = {line.exchange_key: line[1:] for line in counted_lines(firm.database)}
    assert whole == piecewise


def test_older_messages_that_come_late_are_read_in_their_place(firm: House) -> None:
    firm.learning.learn(NOW)
    member = firm.staff.named("Seller 1")
    _say(firm, member, "Customer 1", "hello", "not this year", "a story of a customer", "no thanks", at=BEGAN - timedelta(days=9))
    assert firm.learning.learn(NOW).new_contributions == 2
    assert sum(line.objection == "timing" for line in counted_lines(firm.database)) == 1


def test_a_vetoed_line_never_comes_back(firm: House, by_heart: ByHeart) -> None:
    firm.learning.learn(NOW)
    member = firm.staff.named("Seller 0")
    firm.privacy.veto(member.id, _exchange_line(firm, member))
    found = _pattern(firm)
    assert found is not None
    assert found.n == 11
    by_heart.version = "by heart/2"
    _learned(firm).learn(NOW)
    assert sum(row.objection == "budget" for row in counted_lines(firm.database)) == 11


def _exchange_line(house: House, member: Staff) -> str:
    return next(str(row["id"]) for row in house.privacy.ledger(member.id) if row["objection"] == "budget")


def test_leaving_takes_exactly_ones_own_cases_and_coming_back_restores_them(firm: House) -> None:
    extra = firm.staff.add("Seller 6", now=BEGAN)
    firm.staff.set_contributes(extra.id, contributes=True)
    _say(firm, extra, "Customer 0", "hello", "that is too dear for us", "it pays for itself in a year", "send me the contract", at=BEGAN)
    firm.learning.learn(NOW)
    with_all = _pattern(firm)
    assert with_all is not None
    assert (with_all.n, with_all.successes, with_all.contributors) == (13, 7, 7)
    firm.privacy.set_contributing(extra.id, contributes=False)
    without = _pattern(firm)
    assert without is not None
    assert (without.id, without.n, without.successes, without.contributors) == (with_all.id, 12, 6, 6)
    firm.privacy.set_contributing(extra.id, contributes=True)
    firm.learning.learn(NOW)
    again = _pattern(firm)
    assert again is not None
    assert again.model_dump() == with_all.model_dump()


def test_too_few_people_publish_nothing(firm: House) -> None:
    for number in (0, 1):
        firm.staff.set_contributes(firm.staff.named(f"Seller {number}").id, contributes=False)
    report = firm.learning.learn(NOW)
    assert (report.zones, report.published) == (4, 0)


def test_no_word_of_a_conversation_is_in_the_ledger(firm: House) -> None:
    firm.learning.learn(NOW)
    words = {"dear", "itself", "contract", "hello", "Customer", "Seller"}
    for line in counted_lines(firm.database):
        values = " ".join(map(str, line))
        assert not any(word in values for word in words)


def test_a_closed_deal_corrects_the_lines_about_its_customer_without_reading_again(firm: House, by_heart: ByHeart) -> None:
    firm.learning.learn(NOW)
    member, read = firm.staff.named("Seller 2"), by_heart.read
    zone = firm.zones.open(member.id)
    customer = Customers(firm.database, zone).named("Customer 1")
    deal = Deals(firm.database, zone).add(customer.id, "Shelves", now=NOW)
    Deals(firm.database, zone).set(deal.id, now=NOW, outcome="won")
    firm.learning.learn(NOW)
    assert by_heart.read == read
    mine = [line for line in counted_lines(firm.database) if line.customer_token == firm.counting_token(customer.id)]
    assert {line.deal_outcome for line in mine} == {"won"}
    assert next(line.deal_stage for line in mine if line.kind == "journey") == "won"


def _suggestion(firm: House, member: Staff, message_id: str | None, identifier: str) -> None:
    Suggestions(firm.database, firm.zones.open(member.id)).record(
        [
            Suggestion(
                id=identifier,
                staff_id=member.id,
                message_id=message_id,
                objection="budget",
                industry="retail",
                amount_band="unknown",
                response="roi-proof",
                rank=1,
                propensity=0.5,
                shown_at=NOW,
            )
        ]
    )


def test_a_verdict_overrules_what_was_heard_and_is_the_same_case(firm: House) -> None:
    member = firm.staff.named("Seller 3")
    ids = _say(firm, member, "Customer 9", "hello", "that is too dear for us", "it pays for itself in a year", "no thanks", at=BEGAN)
    firm.learning.learn(NOW)
    _suggestion(firm, member, ids[1], "a" * 32)
    Suggestions(firm.database, firm.zones.open(member.id)).give("a" * 32, "worked", NOW)
    firm.learning.learn(NOW)
    found = _pattern(firm)
    assert found is not None
    assert (found.n, found.successes) == (13, 7)


def test_a_verdict_without_a_conversation_is_a_case_of_its_own_and_can_be_taken_back(firm: House) -> None:
    member = firm.staff.named("Seller 3")
    suggestions = Suggestions(firm.database, firm.zones.open(member.id))
    for number, verdict in enumerate(("worked", "worked", "did-not-work")):
        _suggestion(firm, member, None, f"{number}" * 32)
        suggestions.give(f"{number}" * 32, verdict, NOW)
    firm.learning.learn(NOW)
    found = _pattern(firm)
    assert found is not None
    assert (found.n, found.successes, found.customers) == (15, 8, 13)  # three cases, one unnamed customer
    suggestions.give("0" * 32, "did-not-work", NOW)
    firm.learning.learn(NOW)
    again = _pattern(firm)
    assert again is not None
    assert (again.n, again.successes) == (15, 7)


def test_a_newcomer_waits_for_company_or_for_the_next_week_when_the_gate_says_so(firm: House) -> None:
    careful = _learned(firm, gate=Gate(changes_needed=3))
    careful.learn(NOW)
    late = firm.staff.add("Seller 7", now=BEGAN)
    firm.staff.set_contributes(late.id, contributes=True)
    _say(firm, late, "Customer 0", "hello", "that is too dear for us", "it pays for itself in a year", "no thanks", at=BEGAN)
    held = careful.learn(NOW)
    stands = _pattern(firm)
    assert stands is not None
    assert (stands.n, held.held > 0) == (12, True)
    careful.learn(NOW + timedelta(days=7))
    moved = _pattern(firm)
    assert moved is not None
    assert moved.n == 13


def test_silence_becomes_a_case_when_it_has_lasted(firm: House) -> None:
    member = firm.staff.named("Seller 4")
    _say(firm, member, "Customer 5", "hello", "that is too dear for us", "it pays for itself in a year", at=NOW - timedelta(days=3))
    assert firm.learning.learn(NOW).exchanges == 12
    later = firm.learning.learn(NOW + timedelta(days=15))
    assert later.exchanges == 1
    found = _pattern(firm)
    assert found is not None
    assert (found.n, found.successes) == (13, 6)
