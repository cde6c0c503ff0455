"""The use case around curated plays: written by anybody, checked before they are kept, shown to all once an admin approved them."""

from typing import TYPE_CHECKING

from bot.answers import Curated
from bot.errors import InputRefused
from intelligence.errors import CannotAnonymize
from intelligence.identifier_guard import IdentifierGuard
from memory.curated_plays import APPROVED, CuratedPlays, Draft, UnknownPlay
from memory.errors import UnknownStaff
from memory.tables import CuratedPlay

if TYPE_CHECKING:
    from bot.bootstrap import House

_TITLE, _WORDING = 100, 1_000


class Curation:
    """Works for one verified member of staff at a time."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._plays = CuratedPlays(house.database)

    def keep(self, staff_id: str, draft: Draft, play_id: str = "") -> Curated:
        """A new play, or with an id other words of one's own. Raises InputRefused when a text is missing or holds personal data, UnknownTerm, UnknownPlay."""
        words = self._house.vocabulary
        clean = Draft(
            " ".join(draft.title.split()),
            words.objection(draft.objection),
            words.industry(draft.industry) if draft.industry else "",
            words.response(draft.response),
            draft.wording.strip(),
        )
        for name, text, longest in (("title", clean.title, _TITLE), ("wording", clean.wording, _WORDING)):
            if not text or len(text) > longest:
                raise InputRefused(f"A play needs a {name} of at most {longest} characters.")
            self.check(staff_id, text)
        now = self._house.clock()
        row = self._plays.change(staff_id, play_id, clean, now) if play_id else self._plays.propose(staff_id, clean, now)
        self._house.audit.record("play.proposed", actor=f"staff:{staff_id}", subject=row.id, now=now)
        return self._curated(row)

    def decide(self, staff_id: str, play_id: str, state: str) -> Curated:
        """Approve, reject or retire. Admins only, except that owners may retire their own. Raises InputRefused, UnknownPlay."""
        own = state == "retired" and self._plays.get(play_id).staff_id == staff_id
        if not (own or self._house.staff.get(staff_id).is_admin):
            raise InputRefused("Only an admin decides on plays: whoever looks after this installation makes somebody one.")
        row = self._plays.decide(play_id, state, self._house.clock())
        self._house.audit.record(f"play.{state}", actor=f"staff:{staff_id}", subject=row.id, now=self._house.clock())
        return self._curated(row)

    def mine(self, staff_id: str, play_id: str) -> Curated:
        """One's own play, to be changed. Raises UnknownPlay, also for somebody else's."""
        row = self._plays.get(play_id)
        if row.staff_id != staff_id:
            raise UnknownPlay("This play is not one of yours: only its owner changes it.")
        return self._curated(row)

    def listed(self, staff_id: str) -> tuple[Curated, ...]:
        """One's own plays in any state, and all for an admin."""
        return tuple(self._curated(row) for row in self._plays.of("" if self._house.staff.get(staff_id).is_admin else staff_id))

    def waiting(self, staff_id: str) -> int:
        """How many plays an admin has to look at; 0 for others."""
        return sum(one.state == "proposed" or one.due for one in self.listed(staff_id)) if self._house.staff.get(staff_id).is_admin else 0

    def about(self, objection: str = "", industry: str = "", response: str = "") -> tuple[Curated, ...]:
        """What everybody may see about a situation; a play for every industry is about each of them."""
        return tuple(
            self._curated(row)
            for row in self._plays.visible(self._house.clock())
            if (not objection or row.objection == objection) and (not industry or row.industry in {"", industry}) and (not response or row.response == response)
        )

    def shown(self, play_id: str) -> Curated | None:
        """A play that everybody may see now; None for any other."""
        return next(map(self._curated, self._plays.visible(self._house.clock(), play_id=play_id)), None)

    def check(self, staff_id: str, text: str) -> None:
        """The check of what may be shared, with everybody and everything this zone knows by name. Raises InputRefused with what was found."""
        known = self._house.deny_list(self._house.zones.open(staff_id))
        if self._house.anonymizer.is_clean(text, known, self._house.vocabulary) and not IdentifierGuard(known).holds(text):
            return
        try:
            found = ", ".join(dict.fromkeys(f"'{text[one.start : one.end]}'" for one in self._house.anonymizer.analyze(text, known)))
        except CannotAnonymize:
            found = ""
        what = f"{found} looks like personal data" if found else "Something in this looks like personal data"
        raise InputRefused(f"{what}. Write it without names, companies, numbers and exact amounts, since everybody reads a play.")

    def _curated(self, row: CuratedPlay) -> Curated:
        try:
            owner = self._house.staff.get(row.staff_id).name
        except UnknownStaff:
            owner = ""
        review = f"{row.review_at:%Y-%m-%d}" if row.review_at else ""
        due = row.state == APPROVED and row.review_at is not None and row.review_at <= self._house.clock()
        return Curated(row.id, row.title, row.objection, row.industry, row.response, row.wording, owner, row.state, review, due)
