"""What the app listens to, and which use case answers. The manifest is generated from these tables; nothing else is registered."""

from collections.abc import Callable
from dataclasses import replace

from bot import guide_cards
from bot.channels import slack_payloads
from bot.channels.answers import Answers
from bot.channels.slack_admin import ADMIN_LISTENERS
from bot.channels.slack_blocks import GOOD, JUDGED
from bot.channels.slack_book import BOOK_LISTENERS
from bot.channels.slack_desk import DESK_LISTENERS
from bot.channels.slack_imports import IMPORT_LISTENERS
from bot.channels.slack_letters import LETTER_LISTENERS
from bot.channels.slack_listening import Answer, Kind, Listener, Where
from bot.channels.slack_payloads import Heard
from bot.command_list import ADMIN, KNOWN
from bot.command_routes import routed
from bot.commands import Command, HelpWanted, parse
from bot.messages import Card, Enclosed, Form, Work
from bot.recollections import AROUND
from bot.wording import foot


def answered(answers: Answers, staff_id: str, wanted: Command | HelpWanted) -> Card | Form | Enclosed:
    """The answer to a command, or help."""
    if isinstance(wanted, HelpWanted):
        return guide_cards.guide(wanted)
    return _CARDS[wanted.name, wanted.verb](answers, staff_id, wanted)


_CARDS: dict[tuple[str, str], Callable[[Answers, str, Command], Card | Form | Enclosed]] = {
    (ADMIN, "admin"): lambda _answers, _who, _said: guide_cards.guide(HelpWanted(ADMIN, "Type it as a slash command.")),
    ("suggest", ""): lambda answers, who, said: answers.suggest(who, said.text, said.industry),
    ("playbook", ""): lambda answers, who, said: answers.book.find(who, said.text),
    **{("playbook", verb): lambda answers, who, said: answers.book.show(who, said.verb) for verb in ("saved", "plays", "add")},
    ("recall", ""): lambda answers, who, said: answers.recall(who, said.text),
    **{
        ("customer", verb): lambda answers, who, said: answers.desk.customers(who, said.verb, said.customer, said.value)
        for verb in ("list", "show", "industry", "rename", "number", "mute", "unmute")
    },
    **{
        ("followup", verb): lambda answers, who, said: answers.desk.follow_ups(who, said.verb, said.customer, said.value, said.text)
        for verb in ("list", "quiet", "best", "plan", "done", "later")
    },
    ("deal", "list"): lambda answers, who, said: answers.deals(who, said.value),
    ("deal", "forecast"): lambda answers, who, said: answers.forecast(who, said.customer),
    ("deal", "quiet"): lambda answers, who, _said: answers.quiet_deals(who),
    ("deal", "add"): lambda answers, who, said: answers.add_deal(who, said.customer, said.text, said.amount),
    ("deal", "set"): lambda answers, who, said: answers.set_deal(who, said.value, said.text, said.amount),
    ("note", "list"): lambda answers, who, said: answers.notes(who, said.customer),
    ("note", "add"): lambda answers, who, said: answers.add_note(who, said.text, said.customer),
    **{
        ("zone", verb): lambda answers, who, said: answers.zone(who, said.verb, said.value or said.customer)
        for verb in ("status", "ledger", "opt-in", "opt-out", "veto", "withdraw", "restore", "export", "forget", "proof")
    },
}


def _typed(name: str) -> Answer:
    return lambda answers, staff_id, heard: answered(answers, staff_id, parse(name, heard.text))


def _in_plain_words(answers: Answers, staff_id: str, heard: Heard) -> Card | Form | Enclosed | Work:
    wanted = routed(heard.text)
    if isinstance(wanted, Command) and wanted.name == "recall" and answers.has_model:
        return _judged(answers.recall_aloud(staff_id, wanted.text), wanted.name)
    card = answered(answers, staff_id, wanted)
    if not isinstance(card, Card) or isinstance(wanted, HelpWanted) or wanted.verb not in _QUESTIONS:
        return card
    if wanted.name == "recall":
        card = replace(card, footnote=foot("No language model is connected: these are the messages themselves.", card.footnote))
    return replace(card, judged=wanted.name)


def _judged(answer: Card | Work, route: str) -> Card | Work:
    """The answer, with thumbs to judge it by."""
    if isinstance(answer, Card):
        return replace(answer, judged=route)
    return replace(answer, go=lambda show: replace(answer.go(show), judged=route))


def _judge(answers: Answers, staff_id: str, heard: Heard) -> Card:
    verdict, _, route = heard.value.partition(":")
    return answers.judge(staff_id, f"{heard.channel}:{heard.message_ts}", route, good=verdict == GOOD)


def _around(answers: Answers, staff_id: str, heard: Heard) -> Card:
    return answers.around(staff_id, heard.value)


def _suggest_reply(answers: Answers, staff_id: str, heard: Heard) -> Card | Form | Enclosed:
    return answered(answers, staff_id, parse("suggest", heard.text))


def _verdict(answers: Answers, staff_id: str, heard: Heard) -> Card:
    return answers.feedback(staff_id, heard.value, heard.action.removeprefix("suggestion."))


def _ended(answers: Answers, staff_id: str, heard: Heard) -> Card:
    return answers.set_deal(staff_id, heard.value, heard.action.removeprefix("deal."))


def _amount(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    return answers.deal_amount(staff_id, heard.value)


def _save_amount(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    return answers.deal_amount(staff_id, heard.context, heard.values.get("amount", ""))


def _zone(answers: Answers, staff_id: str, heard: Heard) -> Card | Form | Enclosed:
    verb = heard.action.removeprefix("zone.")
    return answers.zone(staff_id, verb, heard.value if verb in _LINE_BUTTONS or heard.value.isdecimal() else "")


def _forget(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    return answers.forget(staff_id, heard.values)


def _open_settings(answers: Answers, staff_id: str, _heard: Heard) -> Card | Form:
    return answers.settings(staff_id)


def _save_settings(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    return answers.settings(staff_id, heard.values)


def _nothing(_answers: Answers, _staff_id: str, _heard: Heard) -> Card:
    return guide_cards.guide(HelpWanted(""))


_QUESTIONS = ("", "list", "quiet", "best", "forecast")
"""Verbs that ask; whoever changes something gets no thumbs to judge it by."""
_VERDICTS = ("used", "worked", "did-not-work", "not-now")
_LINE_BUTTONS = ("veto", "withdraw", "restore")
_ZONE_BUTTONS = ("ledger", "opt-in", "opt-out", "status", "export", "proof", *_LINE_BUTTONS)

LISTENERS: tuple[Listener, ...] = (
    *ADMIN_LISTENERS,  # before the command of the same name for everybody
    *IMPORT_LISTENERS,  # before what listens to any other message
    *(Listener(Kind.COMMAND, one.name, slack_payloads.command, _typed(one.name), Where.REPLY, scopes=("commands",)) for one in KNOWN),
    Listener(Kind.EVENT, "message", slack_payloads.event, _in_plain_words, Where.DIRECT, wanted=slack_payloads.is_persons_message, scopes=("im:history",)),
    Listener(Kind.EVENT, "app_mention", slack_payloads.event, _in_plain_words, Where.DIRECT, scopes=("app_mentions:read",)),
    Listener(Kind.EVENT, "app_home_opened", slack_payloads.event, _nothing, Where.HOME),
    Listener(Kind.EVENT, "app_uninstalled", slack_payloads.event, _nothing, Where.GONE),
    Listener(Kind.EVENT, "tokens_revoked", slack_payloads.event, _nothing, Where.GONE, wanted=slack_payloads.is_bots_token),
    Listener(Kind.EVENT, "agent_session_stopped", slack_payloads.event, _nothing, Where.STOP, scopes=("assistant:write",)),
    Listener(
        Kind.MESSAGE_SHORTCUT,
        "suggest_reply",
        slack_payloads.shortcut,
        _suggest_reply,
        Where.REPLY,
        scopes=("commands",),
        title="Suggest a reply",
        description="What worked for others when a customer wrote something like this",
    ),
    Listener(Kind.ACTION, JUDGED, slack_payloads.action, _judge, Where.REPLY),
    Listener(Kind.ACTION, AROUND, slack_payloads.action, _around, Where.MODAL),
    *(Listener(Kind.ACTION, f"suggestion.{verdict}", slack_payloads.action, _verdict, Where.MARK) for verdict in _VERDICTS),
    *(Listener(Kind.ACTION, f"zone.{button}", slack_payloads.action, _zone, Where.REPLY) for button in _ZONE_BUTTONS),
    Listener(Kind.ACTION, "zone.forget", slack_payloads.action, _zone, Where.MODAL),
    Listener(Kind.VIEW, "zone.forgotten", slack_payloads.submission, _forget, Where.WINDOW),
    *(Listener(Kind.ACTION, name, slack_payloads.action, _ended, Where.MARK) for name in ("deal.won", "deal.lost")),
    Listener(Kind.ACTION, "deal.amount", slack_payloads.action, _amount, Where.MODAL),
    Listener(Kind.VIEW, "deal.amount", slack_payloads.submission, _save_amount, Where.WINDOW),
    Listener(Kind.ACTION, "settings.open", slack_payloads.action, _open_settings, Where.MODAL),
    Listener(Kind.VIEW, "settings.save", slack_payloads.submission, _save_settings, Where.WINDOW),
    *LETTER_LISTENERS,
    *DESK_LISTENERS,
    *BOOK_LISTENERS,
)
