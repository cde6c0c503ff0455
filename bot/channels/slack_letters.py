"""What the buttons and windows of a coach card do. The only place in which a message to a customer is approved."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import letter_files
from bot.approvals import APPROVE, FILE, approved_on
from bot.channels import slack_payloads
from bot.channels.answers import Answers
from bot.channels.slack_listening import Kind, Listener, Wanted, Where
from bot.channels.slack_payloads import Heard
from bot.messages import Card, Form

ATTACHED = Wanted(
    endings=tuple(f".{ending}" for ending in letter_files.ENDINGS),
    largest=letter_files.MOST_BYTES,
    other=f"WhatsApp does not take this file. {letter_files.TOLD}",
    larger=f"The file is larger than the {letter_files.MOST_BYTES // 2**20} MB WhatsApp takes: make it smaller.",
    again="attach it again",
)


def _open(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    return answers.letters.open(staff_id, heard.value)


def _write(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    return answers.letters.write(staff_id, heard.value)


def _choose(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    return answers.letters.choose(staff_id, heard.context, {**heard.values, "template": heard.value})


def _approve(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    return answers.letters.approve(approved_on(heard, staff_id))


def _sent(body: Mapping[str, Any]) -> Heard:
    """The window that was sent; the file attached in it, if any, is what is fetched."""
    heard = slack_payloads.submission(body)
    return replace(heard, value=heard.values.get(FILE, ""))


def _edit(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    return answers.letters.edit(staff_id, heard.value)


def _save(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    return answers.letters.save(staff_id, heard.context, heard.values)


def _why(answers: Answers, staff_id: str, heard: Heard) -> Card:
    return answers.letters.why(staff_id, heard.value)


def _arrived(answers: Answers, staff_id: str, heard: Heard) -> Card:
    return answers.letters.arrived(staff_id, heard.value)


def _anew(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    return answers.letters.anew(staff_id, heard.value)


def _leave(answers: Answers, staff_id: str, heard: Heard) -> Card:
    return answers.coach.use(staff_id, heard.action, heard.value)


def _wake(answers: Answers, staff_id: str, _heard: Heard) -> Card:
    return answers.coach.wake(staff_id)


_LEAVE = ("snooze", "wake", "mute", "unmute", "not-now", "show-again")
LETTER_LISTENERS: tuple[Listener, ...] = (
    Listener(Kind.ACTION, "sending.open", slack_payloads.action, _open, Where.MODAL),
    Listener(Kind.ACTION, "sending.write", slack_payloads.action, _write, Where.MODAL),
    Listener(Kind.ACTION, "sending.template", slack_payloads.action, _choose, Where.WINDOW),
    Listener(Kind.VIEW, APPROVE, _sent, _approve, Where.WINDOW, scopes=("files:read",), fetches=ATTACHED),
    Listener(Kind.ACTION, "sending.edit", slack_payloads.action, _edit, Where.MODAL),
    Listener(Kind.VIEW, "sending.save", slack_payloads.submission, _save, Where.WINDOW),
    Listener(Kind.ACTION, "sending.why", slack_payloads.action, _why, Where.MODAL),
    Listener(Kind.ACTION, "sending.arrived", slack_payloads.action, _arrived, Where.REPLY),
    Listener(Kind.ACTION, "sending.anew", slack_payloads.action, _anew, Where.MODAL),
    *(Listener(Kind.ACTION, f"coach.{name}", slack_payloads.action, _leave, Where.CARD) for name in _LEAVE),
    Listener(Kind.ACTION, "cards.wake", slack_payloads.action, _wake, Where.REPLY),
)
