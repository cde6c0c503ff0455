"""The buttons, windows and lists of customers and follow-ups."""

from bot.channels import slack_payloads
from bot.channels.answers import Answers
from bot.channels.slack_listening import Kind, Listener, Where
from bot.channels.slack_payloads import Heard
from bot.desk_cards import CUSTOMER_LIST
from bot.messages import Card, Form


def _use(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    return answers.desk.use(staff_id, heard.action, heard.value)


def _save(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    return answers.desk.save(staff_id, heard.action, heard.context, heard.values)


def _from_message(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    """A reminder about a message somebody wrote in Slack: its words are where the note begins."""
    return answers.desk.use(staff_id, "followup.about", heard.text)


def _nothing(_answers: Answers, _staff_id: str, _heard: Heard) -> Card:
    raise NotImplementedError  # a list is filled without an answer


DESK_LISTENERS: tuple[Listener, ...] = (
    *(Listener(Kind.ACTION, name, slack_payloads.action, _use, Where.MARK) for name in ("followup.done", "followup.tomorrow", "followup.week")),
    *(Listener(Kind.ACTION, name, slack_payloads.action, _use, Where.REPLY) for name in ("followup.best", "followup.list", "customer.best")),
    *(Listener(Kind.ACTION, name, slack_payloads.action, _use, Where.REPLY) for name in ("customer.mute", "customer.unmute")),
    *(Listener(Kind.ACTION, name, slack_payloads.action, _use, Where.MODAL) for name in ("followup.plan", "customer.find", "customer.industry")),
    *(Listener(Kind.VIEW, name, slack_payloads.submission, _save, Where.WINDOW) for name in ("followup.save", "customer.show", "customer.correct")),
    Listener(Kind.OPTIONS, CUSTOMER_LIST, slack_payloads.options, _nothing, Where.LIST),
    Listener(
        Kind.MESSAGE_SHORTCUT,
        "follow_up",
        slack_payloads.shortcut,
        _from_message,
        Where.MODAL,
        scopes=("commands",),
        title="Remind me to follow up",
        description="Choose the customer and the time; the reminder comes back to you alone",
    ),
)
