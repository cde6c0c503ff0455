"""What a channel asks the core for: every answer is a card for one verified member of staff. Plain sync; channels call it from a thread."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from bot.approvals import Approval
from bot.messages import Announced, Card, Choice, DroppedFile, Enclosed, Form, Work

StaffOf = Callable[[str, str], str | None]
"""Whose staff id belongs to a verified Slack user id of a workspace (its id, empty where Slack does not say); None for strangers."""

FirstTime = Callable[[str], bool]
"""Whether a key is seen for the first time, by any worker, ever. Remembering it and answering are one step."""


class Letters(Protocol):
    """The use cases around writing to a customer. `about` and ids are those a card's own buttons carry; another zone's are refused."""

    def open(self, staff_id: str, about: str) -> Card | Form:
        """The form with the draft; sending it approves the words."""
        ...

    def write(self, staff_id: str, customer_id: str) -> Card | Form:
        """The same form for a customer, without advice."""
        ...

    def choose(self, staff_id: str, about: str, values: Mapping[str, str]) -> Card | Form:
        """Another template was chosen in the form."""
        ...

    def approve(self, approval: Approval) -> Card | Form:
        """Send what was approved; the form again where something is wrong with it."""
        ...

    def edit(self, staff_id: str, about: str) -> Card | Form:
        """The form that changes the draft without sending it."""
        ...

    def save(self, staff_id: str, about: str, values: Mapping[str, str]) -> Card:
        """Keep the owner's words as the draft."""
        ...

    def why(self, staff_id: str, about: str) -> Card:
        """The evidence behind a suggestion."""
        ...

    def arrived(self, staff_id: str, letter_id: str) -> Card:
        """A message nobody could account for did arrive."""
        ...

    def anew(self, staff_id: str, letter_id: str) -> Card | Form:
        """It did not: the form again, with its words."""
        ...


class Coach(Protocol):
    """The use cases around being left alone by coach cards. Ids of another zone's are refused."""

    def use(self, staff_id: str, action: str, card_id: str) -> Card:
        """A button of a coach card; the card as it is then."""
        ...

    def wake(self, staff_id: str) -> Card:
        """Cards again, asked for elsewhere."""
        ...


class Desk(Protocol):
    """The use cases around one's own customers and follow-ups. Names and ids of another zone's are refused."""

    def customers(self, staff_id: str, verb: str, name: str, value: str) -> Card:
        """list, show, industry, rename, number, mute or unmute; `value` is the new industry, name or number."""
        ...

    def follow_ups(self, staff_id: str, verb: str, name: str, when: str, note: str) -> Card:
        """list, quiet, best, plan, done or later; for the last two `name` is an id."""
        ...

    def use(self, staff_id: str, action: str, value: str) -> Card | Form:
        """A button of such a card."""
        ...

    def save(self, staff_id: str, action: str, context: str, values: Mapping[str, str]) -> Card | Form:
        """A form of such a button was sent."""
        ...


class Imports(Protocol):
    """The use cases around a chat export that its owner dropped on the app."""

    def look(self, staff_id: str, file: DroppedFile) -> Card:
        """What it holds; nothing is stored."""
        ...

    def ask(self, staff_id: str, file: DroppedFile) -> Form:
        """The form with what the file does not say."""
        ...

    def start(self, staff_id: str, file: DroppedFile) -> Work:
        """Import it as it is; refused where something is unclear."""
        ...

    def send(self, staff_id: str, file: DroppedFile, values: Mapping[str, str]) -> Form | Work:
        """Import it with what was said in the form."""
        ...


class Book(Protocol):
    """The use cases around the playbook: browsing, what somebody keeps, sharing, plays that people write."""

    def find(self, staff_id: str, situation: str) -> Card | Form:
        """What works; everything when `situation` is empty, a form where a few words could mean several things."""
        ...

    def show(self, staff_id: str, verb: str) -> Card | Form:
        """saved, plays or add."""
        ...

    def use(self, staff_id: str, action: str, value: str) -> Card | Form:
        """A button of such a card, or with `play.about` a message's words."""
        ...

    def save(self, staff_id: str, action: str, context: str, values: Mapping[str, str]) -> Card | Form | Announced:
        """A form of such a button was sent."""
        ...


class Administration(Protocol):
    """The use cases of admins. `actor` is a verified one. Nothing private of anybody comes out of here."""

    def page(self) -> Card:
        """Health, use over everybody, who is not linked."""
        ...

    def use(self, action: str, value: str) -> Form:
        """A button of the page."""
        ...

    def save(self, actor: str, team: str, action: str, context: str, values: Mapping[str, str]) -> Card | Form:
        """A form of such a button was sent."""
        ...

    def is_admin(self, staff_id: str) -> bool:
        """Whether a member of staff was made an admin here."""
        ...


class Answers(Protocol):
    """The use cases as cards. `staff_id` is always the verified caller's own; errors of ours carry a sentence for them."""

    @property
    def letters(self) -> Letters:
        """Writing to customers."""
        ...

    @property
    def coach(self) -> Coach:
        """Being left alone by coach cards."""
        ...

    @property
    def desk(self) -> Desk:
        """Customers and follow-ups."""
        ...

    @property
    def administration(self) -> Administration:
        """What admins do."""
        ...

    @property
    def imports(self) -> Imports:
        """Chat exports dropped on the app."""
        ...

    @property
    def has_model(self) -> bool:
        """Whether a language model answers in words."""
        ...

    def judge(self, staff_id: str, answer_id: str, route: str, *, good: bool) -> Card:
        """Store whether an answer was of use; `answer_id` is the channel's own of the message."""
        ...

    def around(self, staff_id: str, message_id: str) -> Card:
        """What was said before and after a message of one's own conversations."""
        ...

    @property
    def book(self) -> Book:
        """The playbook."""
        ...

    def suggest(self, staff_id: str, text: str, industry: str = "") -> Card:
        """What worked for others when a customer wrote this."""
        ...

    def options(self, staff_id: str, which: str, typed: str) -> Sequence[Choice]:
        """What a list offers for what was typed: one's own customers, or words of the vocabulary."""
        ...

    def recall(self, staff_id: str, question: str) -> Card:
        """What one's own conversations hold about a question."""
        ...

    def recall_aloud(self, staff_id: str, question: str) -> Card | Work:
        """The same, as work that says what is being done where a language model has to read first."""
        ...

    def feedback(self, staff_id: str, suggestion_id: str, verdict: str) -> Card:
        """Store a verdict (used, edited, not-now, worked, did-not-work); the card's summary says what was stored."""
        ...

    def zone(self, staff_id: str, action: str, value: str = "") -> Card | Form | Enclosed:
        """status, ledger, opt-in, opt-out, export, proof; veto, withdraw and restore with the id of a line; forget with a name or nothing."""
        ...

    def forget(self, staff_id: str, values: Mapping[str, str]) -> Card | Form:
        """The form that forgets a customer was sent."""
        ...

    def deals(self, staff_id: str, outcome: str = "") -> Card:
        """One's own deals, or those that are won, lost, open or stalled."""
        ...

    def deal_amount(self, staff_id: str, deal_id: str, amount: str | None = None) -> Card | Form:
        """What a deal is about: the form, or what was sent with it."""
        ...

    def forecast(self, staff_id: str, customer: str = "") -> Card:
        """How likely one's own open deals are to be won, or those with one customer."""
        ...

    def quiet_deals(self, staff_id: str) -> Card:
        """One's own open deals in which nobody said anything lately."""
        ...

    def add_deal(self, staff_id: str, customer: str, name: str, amount: str = "") -> Card:
        """Open a deal."""
        ...

    def set_deal(self, staff_id: str, deal_id: str, change: str = "", amount: str = "") -> Card:
        """Change a deal; `change` is a stage or an outcome."""
        ...

    def notes(self, staff_id: str, customer: str = "") -> Card:
        """One's own notes."""
        ...

    def add_note(self, staff_id: str, text: str, customer: str = "") -> Card:
        """Keep a private observation."""
        ...

    def settings(self, staff_id: str, values: Mapping[str, str] | None = None) -> Card | Form:
        """One's own settings: the form, or with `values` what was sent with it."""
        ...

    def home(self, staff_id: str) -> Sequence[Card]:
        """The cards of one's home tab."""
        ...
