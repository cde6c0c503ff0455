"""The playbook as cards and forms: browsing, what somebody keeps, sharing into a conversation, plays that people write."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import impact, impact_cards, playbook_cards
from bot.answers import Curated, Play
from bot.cards import said
from bot.curation import Curation
from bot.errors import InputRefused
from bot.messages import Announced, Button, Card, Choice, Field, Form, Section
from bot.play_words import headline
from bot.playbook_words import INDUSTRIES, OBJECTIONS, RESPONSES, Named
from bot.wording import capital, spoken
from intelligence.errors import IntelligenceFault
from intelligence.vocabulary import OTHER
from memory.curated_plays import Draft
from memory.saved_plays import SavedPlays

if TYPE_CHECKING:
    from bot.bootstrap import House

_CONVERSATIONS = ("C", "G")
_GONE = "This play is not shown any more: too few stand behind it now, or it was retired."
_DECISIONS = {"play.approve": "approved", "play.reject": "rejected", "play.retire": "retired"}


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody keeps at hand: what may be shown now, and the ids of what may not."""

    shown: tuple[Play | Curated, ...]
    gone: tuple[str, ...]


class BookCards:
    """Implements bot.channels.answers.Book."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._curation = Curation(house)

    def find(self, staff_id: str, situation: str) -> Card | Form:
        """What works; a form where a few words could mean several things."""
        self._house.staff.get(staff_id)  # staff only; the playbook needs nobody's zone
        if situation.strip().casefold() == "impact":
            return impact_cards.impact(impact.told(self._house))
        meant = self._house.playbooks.unclear(situation)
        if meant is not None:
            why = "could mean several things" if meant else "is no objection, industry or response I know"
            return self._browse(meant, f"'{situation.strip()[:60]}' {why}: choose what you look for.")
        return playbook_cards.playbook(self._house.playbooks.find(situation), acts=True)

    def show(self, staff_id: str, verb: str) -> Card | Form:
        """saved, plays or add."""
        uses: Mapping[str, Callable[[], Card | Form]] = {"saved": lambda: self._saved(staff_id), "plays": lambda: self._plays(staff_id), "add": self._write}
        return uses[verb]()

    def use(self, staff_id: str, action: str, value: str) -> Card | Form:
        """A button, or with `play.about` a message's words."""
        if action in _DECISIONS:
            decided = self._curation.decide(staff_id, value, _DECISIONS[action])
            return playbook_cards.decided(decided.title, decided.state)
        uses: Mapping[str, Callable[[], Card | Form]] = {
            "playbook.browse": lambda: self._browse(Named()),
            "playbook.save": lambda: self._save(staff_id, value),
            "playbook.unsave": lambda: self._unsave(staff_id, value),
            "playbook.saved": lambda: self._saved(staff_id),
            "playbook.share": lambda: self._share(self._shown(value), value),
            "play.list": lambda: self._plays(staff_id),
            "play.add": self._write,
            "play.about": lambda: self._write(Draft("", "", "", "", value)),
            "play.edit": lambda: self._edit(staff_id, value),
        }
        return uses[action]()

    def save(self, staff_id: str, action: str, context: str, values: Mapping[str, str]) -> Card | Form | Announced:
        """A form was sent."""
        match action:
            case "playbook.browse":
                words = self._house.vocabulary
                objection, industry, response = (values.get(name, "") for name in ("objection", "industry", "response"))
                found = self._house.playbooks.browse(
                    words.objection(objection) if objection else "", words.industry(industry) if industry else "", words.response(response) if response else ""
                )
                return playbook_cards.playbook(found, acts=True)
            case "playbook.shared":
                return self._announce(staff_id, context, values.get("conversation", ""))
            case _:
                return self._keep(staff_id, context, values)

    def options(self, which: str, typed: str) -> Sequence[Choice]:
        """The words of a list that fit what was typed. The same for everybody."""
        words = self._house.vocabulary
        meanings: Mapping[str, Iterable[tuple[str, str]]] = {
            OBJECTIONS: words.objections.items(),
            INDUSTRIES: ((word, "") for word in words.industries),
            RESPONSES: ((word, meaning) for word, meaning in words.responses.items() if word != OTHER),
        }
        sought = " ".join(typed.casefold().replace("-", " ").split())
        labelled = [(word, f"{capital(spoken(word))}: {meaning}" if meaning else capital(spoken(word))) for word, meaning in meanings[which]]
        return [Choice(word, label) for word, label in labelled if sought in label.casefold()]

    def kept(self, staff_id: str) -> Kept:
        """What somebody keeps, read through the gate as of now."""
        rows = SavedPlays(self._house.database, self._house.zones.open(staff_id)).all()
        found = [(row.play_id, self._house.playbooks.shown(row.play_id)) for row in rows]
        return Kept(tuple(one for _, one in found if one is not None), tuple(play_id for play_id, one in found if one is None))

    def _browse(self, meant: Named, problem: str = "") -> Form:
        return Form(
            "Playbook",
            "playbook.browse",
            (
                self._words("objection", "Objection", OBJECTIONS, next(iter(meant.objections), "")),
                self._words("industry", "Industry", INDUSTRIES, next(iter(meant.industries), "")),
                self._words("response", "Response", RESPONSES, next(iter(meant.responses), "")),
            ),
            submit="Show",
            sections=(Section(problem),) if problem else (),
            again=Button("Browse the playbook", "playbook.browse", "playbook", "primary"),
        )

    def _words(self, name: str, label: str, which: str, chosen: str = "", *, optional: bool = True) -> Field:
        """A searched list of words; what is chosen is shown as its word alone."""
        return Field(name, label, choices=(Choice(chosen, capital(spoken(chosen))),) if chosen else (), searched=which, optional=optional)

    def _shown(self, play_id: str) -> Play | Curated:
        found = self._house.playbooks.shown(play_id)
        if found is None or not headline(found):
            raise InputRefused(_GONE)
        return found

    def _saved(self, staff_id: str) -> Card:
        kept = self.kept(staff_id)
        return playbook_cards.saved(kept.shown, kept.gone)

    def _save(self, staff_id: str, play_id: str) -> Card:
        self._shown(play_id)
        SavedPlays(self._house.database, self._house.zones.open(staff_id)).save(play_id, self._house.clock())
        return said("Saved", "Saved: `/playbook saved` and the home tab show it.")

    def _unsave(self, staff_id: str, play_id: str) -> Card:
        SavedPlays(self._house.database, self._house.zones.open(staff_id)).remove(play_id)
        return said("Removed", "Removed from what you saved.")

    def _share(self, one: Play | Curated, play_id: str, problem: str = "") -> Form:
        return Form(
            "Share a play",
            "playbook.shared",
            (Field("conversation", "Where to", conversation=True, hint="Everybody there reads it. I must be in that conversation: /invite me first."),),
            submit="Post it there",
            context=play_id,
            sections=(*((Section(problem, "Not posted"),) if problem else ()), *playbook_cards.shared(one).sections),
        )

    def _announce(self, staff_id: str, play_id: str, conversation: str) -> Form | Announced:
        """The card as it may be shown now, whatever the window showed."""
        one = self._shown(play_id)
        if not conversation.startswith(_CONVERSATIONS):
            return self._share(one, play_id, "Choose a channel: a play is for everybody in it.")
        if isinstance(one, Curated):
            for text in (one.title, one.wording):
                self._curation.check(staff_id, text)
        with_it = "the name of who wrote it" if isinstance(one, Curated) else "its evidence"
        return Announced(playbook_cards.shared(one), conversation, said("Posted", f"The play is posted there, with {with_it}; it does not say who shared it."))

    def _plays(self, staff_id: str) -> Card:
        return playbook_cards.plays(self._curation.listed(staff_id), admin=self._house.staff.get(staff_id).is_admin)

    def _edit(self, staff_id: str, play_id: str) -> Form:
        known = self._curation.mine(staff_id, play_id)
        return self._write(Draft(known.title, known.objection, known.industry, known.response, known.wording), play_id)

    def _write(self, draft: Draft | None = None, play_id: str = "", problem: str = "") -> Form:
        held = draft or Draft("", "", "", "", "")
        told = "Everybody reads it once an admin approved it: no names, companies, numbers or exact amounts. {first_name} stands for a customer's name."
        return Form(
            "Change a play" if play_id else "Add a play",
            "play.save",
            (
                Field("title", "Title", held.title, longest=100, hint="Such as: Ask for the budget owner"),
                self._words("objection", "For which objection", OBJECTIONS, held.objection, optional=False),
                self._words("industry", "In which industry", INDUSTRIES, held.industry),
                self._words("response", "Which response it is", RESPONSES, held.response, optional=False),
                Field("wording", "How to say it", held.wording[:1_000], lines=True, longest=1_000),
            ),
            submit="Propose",
            context=play_id,
            sections=(Section(problem, "Not kept yet") if problem else Section(told),),
            again=Button("Add a play\u2026", "play.add", "playbook", "primary"),
        )

    def _keep(self, staff_id: str, play_id: str, values: Mapping[str, str]) -> Card | Form:
        draft = Draft(*(values.get(name, "") for name in ("title", "objection", "industry", "response", "wording")))
        try:
            kept = self._curation.keep(staff_id, draft, play_id)
        except (InputRefused, IntelligenceFault) as error:
            return self._write(draft, play_id, str(error))
        return said("Proposed", f"'{kept.title}' waits for an admin: `/playbook plays` shows how it stands.")
