"""Twilio's Content API: the firm's message templates, and whether WhatsApp approved them."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2

from bot.channels.twilio_account import TwilioUnreachable
from bot.errors import InputRefused, NotConfigured
from memory.content_templates import KnownTemplate

_VENDOR_URL = "https://content.twilio.com"
_TWILIO_API = "https://api.twilio.com"
_STEP_SECONDS = 15.0
_PAGE = 100
_MOST_PAGES = 20
CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
_NAME = re.compile(r"[a-z0-9_]{1,512}")
_PLACEHOLDER = re.compile(r"\{\{(\d{1,2})\}\}")
_LONGEST_BODY = 1_024
_MOST_BUTTONS = 3
_LONGEST_BUTTON = 20
_UNAUTHORISED = (401, 403)


class TwilioContent:
    """The templates of one account. Blocks: call it from a thread."""

    def __init__(self, account_sid: str, auth_token: str, api_url: str = _TWILIO_API) -> None:
        """`api_url` is that of the Messages API: with a double, templates are there too."""
        self._credentials = (account_sid, auth_token)
        self._url = _VENDOR_URL if api_url.rstrip("/") == _TWILIO_API else api_url.rstrip("/")

    def all(self) -> list[KnownTemplate]:
        """Every template with the state of its approval. Raises TwilioUnreachable, NotConfigured."""
        found: list[KnownTemplate] = []
        url: str = f"{self._url}/v1/ContentAndApprovals?PageSize={_PAGE}"
        for _ in range(_MOST_PAGES):
            page = self._asked("GET", url)
            found += [_template(entry, entry.get("approval_requests") or {}) for entry in page.get("contents", ())]
            url = str((page.get("meta") or {}).get("next_page_url") or "")
            if not url:
                break
        return found

    def create(self, name: str, language: str, body: str, variables: Mapping[str, str], buttons: Sequence[str] = ()) -> KnownTemplate:
        """A new template: words, or words with quick replies. Raises InputRefused, TwilioUnreachable, NotConfigured."""
        checked(name, body, variables, buttons)
        actions = [{"type": "QUICK_REPLY", "title": title, "id": f"reply_{number}"} for number, title in enumerate(buttons, 1)]
        kind, content = ("twilio/quick-reply", {"body": body, "actions": actions}) if buttons else ("twilio/text", {"body": body})
        request = {"friendly_name": name, "language": language, "variables": dict(variables), "types": {kind: content}}
        return _template(self._asked("POST", f"{self._url}/v1/Content", request), {})

    def submit(self, template: KnownTemplate, category: str) -> KnownTemplate:
        """Ask WhatsApp for approval. Raises InputRefused, TwilioUnreachable, NotConfigured."""
        if category not in CATEGORIES:
            raise InputRefused(f"'{category[:30]}' is no category of templates: use {', '.join(CATEGORIES)}.")
        request = {"name": template.name, "category": category}
        answer = self._asked("POST", f"{self._url}/v1/Content/{template.sid}/ApprovalRequests/whatsapp", request)
        return KnownTemplate(
            template.sid, template.name, template.language, template.kind, template.body, template.variables, template.buttons,
            str(answer.get("status") or "received"), category, str(answer.get("rejection_reason") or ""),
        )  # fmt: skip

    def _asked(self, method: str, url: str, content: Mapping[str, Any] | None = None) -> dict[str, Any]:
        try:
            with httpx2.Client(timeout=_STEP_SECONDS, auth=self._credentials, trust_env=False, follow_redirects=False) as client:
                answer = client.request(method, url, json=content) if content is not None else client.request(method, url)
            if answer.status_code in _UNAUTHORISED:
                raise NotConfigured("Twilio refuses the account SID and token: compare both with its console.")
            value = answer.json()
        except (httpx2.HTTPError, OSError, ValueError) as error:
            raise TwilioUnreachable(f"Twilio's templates could not be reached ({type(error).__name__}): try again in a moment.") from error
        if answer.is_client_error and isinstance(value, dict):
            raise InputRefused(f"Twilio does not take the template (error {value.get('code', answer.status_code)}): {str(value.get('message', ''))[:200]}")
        if not answer.is_success or not isinstance(value, dict):
            raise TwilioUnreachable(f"Twilio's templates could not be reached ({answer.status_code}): try again in a moment.")
        return value


def checked(name: str, body: str, variables: Mapping[str, str], buttons: Sequence[str]) -> None:
    """What WhatsApp surely refuses is refused before it is sent there. Raises InputRefused."""
    if not _NAME.fullmatch(name):
        raise InputRefused(f"'{name[:40]}' is no name for a template: small letters, digits and underscores, such as follow_up_offer.")
    if not body.strip() or len(body) > _LONGEST_BODY:
        raise InputRefused(f"The words of a template are between 1 and {_LONGEST_BODY} characters long.")
    numbers = [int(found) for found in _PLACEHOLDER.findall(body)]
    if sorted(set(numbers)) != list(range(1, len(set(numbers)) + 1)):
        raise InputRefused("Placeholders are numbered without a gap: {{1}}, {{2}} ...")
    if {str(number) for number in numbers} != set(variables):
        raise InputRefused("Every placeholder needs an example and nothing else does: WhatsApp asks for one, such as 1=Maria.")
    if body.strip().startswith("{{") or body.strip().endswith("}}"):
        raise InputRefused("WhatsApp refuses a template that begins or ends with a placeholder: put a word before or after it.")
    if len(buttons) > _MOST_BUTTONS or any(not 1 <= len(title) <= _LONGEST_BUTTON for title in buttons):
        raise InputRefused(f"At most {_MOST_BUTTONS} quick replies, each of 1 to {_LONGEST_BUTTON} characters.")


def filled(body: str, variables: Mapping[str, str]) -> str:
    """The words as the customer reads them."""
    return _PLACEHOLDER.sub(lambda found: variables.get(found[1], found[0]), body)


def _template(entry: Mapping[str, Any], approval: Mapping[str, Any]) -> KnownTemplate:
    types = entry.get("types") or {}
    kind = next((name for name in types if str((types[name] or {}).get("body") or "").strip()), next(iter(types), ""))
    content = types.get(kind) or {}
    actions = content.get("actions") or ()
    variables = entry.get("variables") or {}
    return KnownTemplate(
        sid=str(entry.get("sid") or ""),
        name=str(entry.get("friendly_name") or approval.get("name") or entry.get("sid") or ""),
        language=str(entry.get("language") or ""),
        kind=kind,
        body=str(content.get("body") or ""),
        variables={str(number): example if isinstance(example, str) else json.dumps(example) for number, example in variables.items()},
        buttons=tuple(str(action.get("title") or "") for action in actions if isinstance(action, dict) and action.get("title")),
        approval=str(approval.get("status") or "unsubmitted"),
        category=str(approval.get("category") or ""),
        rejection=str(approval.get("rejection_reason") or ""),
    )
