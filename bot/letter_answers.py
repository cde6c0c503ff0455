"""The use cases around writing to a customer: the form with the draft, its approval, and what became of it. Answers with cards and forms."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot import cards, coach_cards, fresh_letters, letter_files, slots, windows
from bot.answers import Advice, Suggested
from bot.approvals import APPROVE, FILE, Approval
from bot.card_views import advice_of, own_words_id
from bot.channels.twilio_content import filled
from bot.errors import InputRefused
from bot.letter_parts import AGAIN, LONGEST, attached, wrong
from bot.messages import Card, Choice, Field, Form, Section
from bot.wording import STANDINGS
from intelligence.vocabulary import NONE
from memory.coach_cards import CoachCards, KnownCard
from memory.content_templates import ContentTemplates, KnownTemplate
from memory.customers import Customers, KnownCustomer
from memory.letters import Written
from memory.outbox import Outbox
from memory.reply_windows import LastHeard, ReplyWindows
from memory.suggestions import Suggestions
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.bootstrap import House

CHOOSE = "sending.template"
SAVE = "sending.save"
_LONGEST_VARIABLE = 300
_STOPPED = "{who} asked not to be written to (STOP), so nothing can be sent. They have to write START first."
_NO_TEMPLATE = (
    "The 24-hour window is closed, and no approved template is known: only an approved template can be sent now. "
    "Whoever runs Tradecraft makes one with `tradecraft templates create` and `tradecraft templates submit`."
)


@dataclass(frozen=True, slots=True)
class _Case:
    """A card, whom it is about, and how they can be reached now."""

    zone: Zone
    card: KnownCard
    advice: Advice
    suggestion: Suggested | None
    customer: KnownCustomer
    heard: LastHeard | None
    left: timedelta

    @property
    def context(self) -> str:
        return f"{self.card.id}:{self.suggestion.suggestion_id if self.suggestion else ''}"

    @property
    def who(self) -> str:
        return self.customer.name


class LetterAnswers:
    """Implements bot.channels.answers.Letters."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def open(self, staff_id: str, about: str) -> Card | Form:
        """The form that shows the draft; sending it approves the words."""
        case = self._case(staff_id, about)
        return self._stopped(case) or (self._words(case, self._draft(case)) if case.left else self._templates(case))

    def write(self, staff_id: str, customer_id: str) -> Card | Form:
        """The same form without advice: free words, or a template outside the window."""
        return self.open(staff_id, f"{fresh_letters.card_for(self._house, staff_id, customer_id)}:")

    def choose(self, staff_id: str, about: str, values: Mapping[str, str]) -> Card | Form:
        """Another template was chosen: its words and what it asks for."""
        case = self._case(staff_id, about)
        return self._templates(case, values.get("template", ""))

    def approve(self, approval: Approval) -> Card | Form:
        """Send what was approved; a form again where something is wrong with it, with everything that was typed."""
        case = self._case(approval.staff_id, approval.context)
        if stopped := self._stopped(case):
            return stopped
        parts = self._with_template(case, approval.values) if "template" in approval.values else self._with_words(case, approval)
        if not isinstance(parts, list):
            return parts
        assert self._house.sending is not None  # noqa: S101 - `_case` refuses without
        letter = self._house.sending.approve(approval.staff_id, parts, approval.key, approval.file.content if approval.file else b"")
        fresh_letters.bring_out(CoachCards(self._house.database, case.zone), case.card, self._house)
        if case.suggestion is not None:
            verdict = "used" if letter.body.strip() == case.suggestion.template.strip() else "edited"
            Suggestions(self._house.database, case.zone).give(case.suggestion.suggestion_id, verdict, self._house.clock())
        elif letter.body and case.advice.objection != NONE:
            self._house.assistant.note_own_words(approval.staff_id, case.advice, own_words_id(case.zone, case.card.id), case.card.message_id, letter.body)
        return cards.said("Approved", f"It goes to {case.who} now. The card shows when it is sent, delivered and read.")

    def edit(self, staff_id: str, about: str) -> Card | Form:
        """The form that changes the draft without sending it."""
        case = self._case(staff_id, about)
        return self._stopped(case) or Form(
            title="Edit the draft",
            action=SAVE,
            fields=(Field("words", "Your answer", self._draft(case), lines=True, longest=LONGEST),),
            submit="Save the draft",
            context=case.context,
            sections=(Section(text="Nothing is sent: the card shows your words from now on."),),
        )

    def save(self, staff_id: str, about: str, values: Mapping[str, str]) -> Card:
        """Keep the owner's own words as the draft."""
        case = self._case(staff_id, about)
        words = values.get("words", "").strip()
        if not words:
            raise InputRefused("The draft is empty: write the answer, or close the window.")
        suggestion_id = case.suggestion.suggestion_id if case.suggestion else ""
        Outbox(self._house.database, case.zone).save_draft(case.customer.id, case.card.id, suggestion_id, words[:LONGEST], self._house.clock())
        self._touch(case)
        return cards.said("Draft saved", "Your words are on the card. Nothing was sent.")

    def why(self, staff_id: str, about: str) -> Card:
        """The evidence behind a suggestion."""
        case = self._case(staff_id, about, sends=False)
        if case.suggestion is None:
            raise InputRefused("There is no evidence behind this yet: it is general practice.")
        pattern = self._house.shared.get(case.suggestion.pattern_id)
        standing = STANDINGS.get(pattern.standing, "") if pattern else ""
        return coach_cards.why(case.suggestion, case.advice, standing, "" if pattern is None else pattern.published_at.date().isoformat())

    def arrived(self, staff_id: str, letter_id: str) -> Card:
        """The owner says that a message nobody could account for did arrive."""
        return self._decided(staff_id, letter_id, "sent", "Noted: it arrived.")

    def anew(self, staff_id: str, letter_id: str) -> Card | Form:
        """The owner says that it did not: the form again, with its words. Sending it is a new approval."""
        self._decided(staff_id, letter_id, "failed", "")
        letter = Outbox(self._house.database, self._house.zones.open(staff_id)).get(letter_id)
        case = self._case(staff_id, f"{letter.card_id}:{letter.suggestion_id}")
        return self._stopped(case) or (
            self._words(case, letter.body, AGAIN if letter.file else "") if case.left else self._templates(case, letter.template_sid)
        )

    def _case(self, staff_id: str, about: str, *, sends: bool = True) -> _Case:
        """What a button or window is about. Raises UnknownCard, UnknownCustomer, also for another zone's; InputRefused where nothing can be sent."""
        card_id, _, suggestion_id = about.partition(":")
        house, zone = self._house, self._house.zones.open(staff_id)
        if sends and house.sending is None:
            raise InputRefused("Nothing can be sent from here: TRADECRAFT_TWILIO_ACCOUNT_SID and TRADECRAFT_TWILIO_AUTH_TOKEN are not set.")
        card = CoachCards(house.database, zone).get(card_id)
        advice = advice_of(card.advice)
        suggestion = next((one for one in advice.suggestions if one.suggestion_id == suggestion_id), None)
        heard = ReplyWindows(house.database, zone).latest(card.customer_id)
        left = windows.left(heard.at if heard else None, house.clock())
        return _Case(zone, card, advice, suggestion, Customers(house.database, zone).get(card.customer_id), heard, left)

    def _stopped(self, case: _Case) -> Card | None:
        return cards.refused(_STOPPED.format(who=case.who)) if case.customer.opted_out_at is not None else None

    def _draft(self, case: _Case) -> str:
        saved = Outbox(self._house.database, case.zone).drafts(case.card.id)
        known = saved.get(case.suggestion.suggestion_id if case.suggestion else "")
        return known if known is not None else slots.drawn(case.suggestion.template) if case.suggestion else ""

    def _words(self, case: _Case, draft: str, problem: str = "") -> Form:
        window = windows.said(case.heard.at if case.heard else None, self._house.clock())
        takes = self._house.sending is not None and self._house.sending.files.reachable
        missing = slots.missing(draft)
        fill = (Section(text=f"Fill in first: {', '.join(missing)}."),) if missing and not problem else ()
        hint = f"{letter_files.TOLD} It follows your words as a message of its own."
        return Form(
            title="Send to WhatsApp",
            action=APPROVE,
            fields=(
                Field(
                    "words", "Your answer", draft, lines=True, longest=LONGEST, hint="Exactly these words are sent, once, when you press Send.", optional=takes
                ),
                *((Field(FILE, "A file with it", files=letter_files.ENDINGS, hint=hint, optional=True),) if takes else ()),
            ),
            submit="Send",
            context=case.context,
            sections=(
                *_problem(problem),
                *((Section(title=f"{case.who} wrote", text=case.advice.words, quote=True),) if case.advice.words.strip() else ()),
                Section(text=f"To {case.who}. 24-hour window: {window}."),
                *fill,
            ),
        )

    def _templates(self, case: _Case, chosen: str = "", problem: str = "", values: Mapping[str, str] | None = None) -> Card | Form:
        approved = ContentTemplates(self._house.database).approved()
        if not approved:
            return cards.refused(_NO_TEMPLATE)
        template = next((one for one in approved if one.sid == chosen), approved[0])
        typed = values or {}
        choices = tuple(Choice(one.sid, f"{one.name} ({one.language}): {one.body}") for one in approved)
        first = slots.first_name(case.who)
        asked = tuple(
            Field(
                _variable(template, number),
                f"What stands for {{{{{number}}}}}",
                typed.get(_variable(template, number), first if number == "1" else ""),
                longest=_LONGEST_VARIABLE,
                hint=f"For example: {example}" if example else "",
            )
            for number, example in sorted(template.variables.items(), key=lambda one: one[0].zfill(3))
        )
        return Form(
            title="Send a template",
            action=APPROVE,
            fields=(Field("template", "Approved template", template.sid, choices, action=CHOOSE), *asked),
            submit="Send",
            context=case.context,
            sections=(
                *_problem(problem),
                Section(text=f"To {case.who}. The 24-hour window is closed: only an approved template can be sent, without a file."),
                Section(title="Its words", text=template.body, quote=True),
            ),
        )

    def _with_words(self, case: _Case, approval: Approval) -> list[Written] | Form | Card:
        """The words, and after them the file: Twilio gives a document no caption, so both are messages of their own."""
        typed = approval.values.get("words", "")
        words = typed.strip()
        if not case.left:
            kept = f"The 24-hour window closed meanwhile, so your words cannot be sent freely. They were:\n{words}"
            return self._templates(case, problem=kept)
        file, problem = attached(approval.file, approval.unfetched)
        if problem := problem or wrong(words, alone=file is None):
            return self._words(case, typed, f"{problem} {AGAIN}" if approval.values.get(FILE) else problem)
        assert case.heard is not None  # noqa: S101 - an open window was heard of
        suggestion_id = case.suggestion.suggestion_id if case.suggestion else ""
        written = Written(case.customer.id, case.heard.ours, case.heard.theirs, words, case.card.id, suggestion_id)
        return [*([written] if words else []), *([replace(written, body="", file=file)] if file else [])]

    def _with_template(self, case: _Case, values: Mapping[str, str]) -> list[Written] | Form | Card:
        template = next((one for one in ContentTemplates(self._house.database).approved() if one.sid == values["template"]), None)
        if template is None:
            return self._templates(case, problem="This template is no longer approved: choose another.")
        variables = {number: " ".join(values.get(_variable(template, number), "").split()) for number in template.variables}
        if empty := [number for number, value in variables.items() if not value]:
            return self._templates(case, template.sid, f"Say what stands for {', '.join(f'{{{{{number}}}}}' for number in sorted(empty))}.", values)
        ours, theirs = self._way(case)
        suggestion_id = case.suggestion.suggestion_id if case.suggestion else ""
        body = filled(template.body, variables)
        return [Written(case.customer.id, ours, theirs, body, case.card.id, suggestion_id, template.sid, variables)]

    def _way(self, case: _Case) -> tuple[str, str]:
        """Our address and theirs: where they last wrote, else the first known of each. Raises InputRefused."""
        if case.heard is not None:
            return case.heard.ours, case.heard.theirs
        ours = [one.address for one in self._house.staff.addresses(case.zone.staff_id) if one.channel == "whatsapp"]
        if not ours or not case.customer.addresses:
            raise InputRefused(f"No WhatsApp number of {case.who} is known: nothing was sent.")
        return ours[0], case.customer.addresses[-1]

    def _decided(self, staff_id: str, letter_id: str, state: str, sentence: str) -> Card:
        zone = self._house.zones.open(staff_id)
        box = Outbox(self._house.database, zone)
        letter = box.get(letter_id)
        box.decide(letter_id, state, self._house.clock())
        CoachCards(self._house.database, zone).touch(letter.card_id)
        self._nudge()
        return cards.said("Noted", sentence)

    def _touch(self, case: _Case) -> None:
        CoachCards(self._house.database, case.zone).touch(case.card.id)
        self._nudge()

    def _nudge(self) -> None:
        if self._house.sending is not None:
            self._house.sending.nudged.set()


def _variable(template: KnownTemplate, number: str) -> str:
    """A field's name; another template's field is another one, so that Slack does not keep what was typed for it."""
    return f"{template.sid[-8:]}.{number}"


def _problem(sentence: str) -> tuple[Section, ...]:
    return (Section(title="Not sent yet", text=sentence),) if sentence else ()
