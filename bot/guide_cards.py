"""Help -> Card. Pure. The same for everybody."""

from bot.command_list import ADMIN, KNOWN, known
from bot.commands import HelpWanted
from bot.messages import Button, Card, Section, Visibility
from bot.wording import capital


def guide(wanted: HelpWanted) -> Card:
    """Help for one command, or for all."""
    reason = (Section(text=wanted.reason),) if wanted.reason else ()
    if wanted.name in {"", ADMIN}:
        listed = [Section(title=f"/{one.name} {one.hint}", text=one.description) for one in KNOWN]
        return Card(
            "What you can ask", "What you can ask Tradecraft.", (*reason, *listed), footnote="Each command also answers `help`.", visibility=Visibility.ANYONE
        )
    one = known(wanted.name)
    usages = tuple(Section(title=f"/{one.name} {usage.example}", text=capital(usage.meaning) + ".") for usage in one.usages)
    return Card(
        title=f"/{one.name}",
        summary=f"{wanted.reason} {one.description}: /{one.name} {one.hint}".strip(),
        sections=(*reason, Section(text=f"{one.description}."), *usages),
        buttons=_BUTTONS.get(one.name, ()),
        footnote="Commands do not work inside threads: there, mention me or use the message shortcut.",
        visibility=Visibility.ANYONE,
    )


_BUTTONS = {
    "playbook": (Button("Browse the playbook", "playbook.browse", "playbook", "primary"),),
    "followup": (Button("Plan a follow-up", "followup.plan", "followup", "primary"),),
    "customer": (Button("Find a customer", "customer.find", "customer", "primary"),),
}
"""Of commands that are quicker to use in a window."""
