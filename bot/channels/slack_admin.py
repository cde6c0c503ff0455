"""What admins use. They are asked for by Slack's own word, or by ours; whether they are linked as staff does not matter."""

from bot import admin_cards
from bot.channels import slack_payloads
from bot.channels.answers import Answers
from bot.channels.slack_listening import Kind, Listener, Where
from bot.channels.slack_payloads import Heard
from bot.command_list import ADMIN
from bot.messages import Card, Form

_FORMS = (admin_cards.CHOOSE, admin_cards.ADD, admin_cards.CHANGE, admin_cards.LINKED)


def _page(answers: Answers, _actor: str, _heard: Heard) -> Card:
    return answers.administration.page()


def _use(answers: Answers, _actor: str, heard: Heard) -> Form:
    return answers.administration.use(heard.action, heard.value)


def _save(answers: Answers, actor: str, heard: Heard) -> Card | Form:
    return answers.administration.save(actor, heard.team, heard.action, heard.context, heard.values)


ADMIN_LISTENERS: tuple[Listener, ...] = (
    Listener(
        Kind.COMMAND,
        ADMIN,
        slack_payloads.command,
        _page,
        Where.REPLY,
        wanted=lambda body: str(body.get("text", "")).strip().casefold().startswith("admin"),
        scopes=("commands", "users:read"),
        admins=True,
    ),
    *(Listener(Kind.ACTION, name, slack_payloads.action, _use, Where.MODAL, admins=True) for name in (admin_cards.MEMBER, admin_cards.LINK)),
    *(Listener(Kind.VIEW, name, slack_payloads.submission, _save, Where.WINDOW, admins=True) for name in _FORMS),
)
