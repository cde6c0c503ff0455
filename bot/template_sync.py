"""The firm's Content templates: read from Twilio, made there, sent to WhatsApp for approval; kept here so that a card can offer them at once."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.channels.twilio_content import TwilioContent
from bot.errors import InputRefused, NotConfigured
from memory.content_templates import ContentTemplates, KnownTemplate

if TYPE_CHECKING:
    from bot.bootstrap import House


class TemplateSync:
    """Works for the whole firm: templates are about nobody."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._templates = ContentTemplates(house.database)

    def all(self) -> list[KnownTemplate]:
        """As they were last read."""
        return self._templates.all()

    def sync(self) -> list[KnownTemplate]:
        """Read them at Twilio. Raises NotConfigured, TwilioUnreachable; then what was known stays."""
        found = self._content().all()
        self._templates.replace(found, self._house.clock())
        return found

    def create(self, name: str, language: str, body: str, variables: Mapping[str, str], buttons: Sequence[str] = ()) -> KnownTemplate:
        """Make one. Raises InputRefused, NotConfigured, TwilioUnreachable."""
        if any((one.name, one.language) == (name, language) for one in self._templates.all()):
            raise InputRefused(f"There is a template {name} in {language} already: choose another name.")
        made = self._content().create(name, language, body, variables, buttons)
        self._templates.put(made, self._house.clock())
        return made

    def submit(self, name: str, category: str) -> KnownTemplate:
        """Ask WhatsApp to approve one, by name or SID. Raises InputRefused, NotConfigured, TwilioUnreachable."""
        found = [one for one in self._templates.all() if name in {one.name, one.sid}]
        if len(found) != 1:
            how_many = "Several templates are" if found else "No template is"
            raise InputRefused(f"{how_many} called '{name[:60]}': `tradecraft templates list` shows names and SIDs.")
        submitted = self._content().submit(found[0], category.upper())
        self._templates.put(submitted, self._house.clock())
        return submitted

    def _content(self) -> TwilioContent:
        chosen = self._house.settings
        if not chosen.twilio_account_sid or chosen.twilio_auth_token is None:
            raise NotConfigured("Templates lie at Twilio: set TRADECRAFT_TWILIO_ACCOUNT_SID and TRADECRAFT_TWILIO_AUTH_TOKEN.")
        return TwilioContent(chosen.twilio_account_sid, chosen.twilio_auth_token.get_secret_value(), chosen.twilio_api_url)
