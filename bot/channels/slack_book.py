"""The buttons, windows and lists of the playbook."""

from bot.channels import slack_payloads
from bot.channels.answers import Answers
from bot.channels.slack_listening import Kind, Listener, Where
from bot.channels.slack_payloads import Heard
from bot.messages import Announced, Card, Form
from bot.playbook_words import INDUSTRIES, OBJECTIONS, RESPONSES


def _use(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    return answers.book.use(staff_id, heard.action, heard.value)


def _save(answers: Answers, staff_id: str, heard: Heard) -> Card | Form | Announced:
    return answers.book.save(staff_id, heard.action, heard.context, heard.values)


def _from_message(answers: Answers, staff_id: str, heard: Heard) -> Card | Form:
    """A play out of a message somebody wrote in Slack: its words are where the wording begins."""
    return answers.book.use(staff_id, "play.about", heard.text)


def _nothing(_answers: Answers, _staff_id: str, _heard: Heard) -> Card:
    raise NotImplementedError  # a list is filled without an answer


BOOK_LISTENERS: tuple[Listener, ...] = (
    *(Listener(Kind.ACTION, name, slack_payloads.action, _use, Where.MODAL) for name in ("playbook.browse", "playbook.share", "play.add", "play.edit")),
    *(Listener(Kind.ACTION, name, slack_payloads.action, _use, Where.MARK) for name in ("playbook.save", "playbook.unsave")),
    *(Listener(Kind.ACTION, name, slack_payloads.action, _use, Where.MARK) for name in ("play.approve", "play.reject", "play.retire")),
    *(Listener(Kind.ACTION, name, slack_payloads.action, _use, Where.REPLY) for name in ("playbook.saved", "play.list")),
    *(Listener(Kind.VIEW, name, slack_payloads.submission, _save, Where.WINDOW) for name in ("playbook.browse", "playbook.shared", "play.save")),
    *(Listener(Kind.OPTIONS, name, slack_payloads.options, _nothing, Where.LIST) for name in (OBJECTIONS, INDUSTRIES, RESPONSES)),
    Listener(
        Kind.MESSAGE_SHORTCUT,
        "add_play",
        slack_payloads.shortcut,
        _from_message,
        Where.MODAL,
        scopes=("commands",),
        title="Add to the playbook",
        description="Propose this wording as a play for everybody; an admin looks at it first",
    ),
)
