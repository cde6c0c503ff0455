"""What admins see -> Card. Pure. The directory, the health of the installation, counts over many people; nothing of anybody's zone or use."""

from collections.abc import Sequence

from bot.admin_answers import Adoption, Check
from bot.messages import Button, Card, Choice, Fact, Field, Form, Section
from bot.wording import capital, foot

MEMBER, CHOOSE, ADD, CHANGE, LINK, LINKED = "admin.member", "admin.choose", "admin.add", "admin.change", "admin.link", "admin.linked"
_SIGNS = {"ok": "\u2713", "warning": "\u25cb", "failed": "\u2717"}
_ROWS_SHOWN = 8


def page(checks: Sequence[Check], told: Adoption, unlinked: Sequence[tuple[str, str]]) -> Card:
    """Everything at a glance; `unlinked` are ids and names of staff to whom no Slack user leads."""
    failed = sum(check.status == "failed" for check in checks)
    health = "\n".join(f"{_SIGNS[check.status]} {check.name}: {foot(check.why, check.fix if check.status != 'ok' else '')}" for check in checks)
    rows = [Section("No Slack user leads to them.", name, buttons=(Button("Link\u2026", LINK, staff_id),)) for staff_id, name in unlinked[:_ROWS_SHOWN]]
    more = len(unlinked) - len(rows)
    return Card(
        "Tradecraft, for admins",
        "Everything works." if not failed else f"{failed} things do not work.",
        (
            Section(health, "Health"),
            Section("\n".join(_adopted(told)), "Use, over everybody", facts=(Fact("Linked", str(told.linked)), Fact("Not linked", str(told.unlinked)))),
            *rows,
        ),
        buttons=(Button("Add or change a member\u2026", MEMBER, "admin", "primary"),),
        footnote=foot(
            f"{more} more are not linked: `tradecraft staff list`." if more > 0 else "",
            "Nobody's conversations, customers or results are shown to an admin.",
        ),
    )


def choose(problem: str = "") -> Form:
    """Which person of the workspace."""
    return Form("A member of staff", CHOOSE, (Field("who", "Who in Slack?", person=True),), submit="Next", sections=_said(problem))


def add(slack_user_id: str, industries: Sequence[Choice], values: dict[str, str], problem: str = "") -> Form:
    """Somebody new."""
    return Form(
        "A new member",
        ADD,
        (
            Field("name", "Full name", values.get("name", ""), longest=80),
            Field("number", "WhatsApp number", values.get("number", ""), hint="Such as +491701234567; may come later", longest=40, optional=True),
            Field("industry", "Their customers' usual industry", values.get("industry", "other"), tuple(industries)),
            Field("time_zone", "Time zone", values.get("time_zone", "UTC"), hint="Such as Europe/Berlin or Asia/Kolkata", longest=60),
        ),
        submit="Add",
        context=slack_user_id,
        sections=_said(problem),
    )


def change(staff_id: str, values: dict[str, str], problem: str = "") -> Form:
    """Somebody known."""
    states = (Choice("active", "Active"), Choice("deactivated", "Deactivated: nothing leads to them any more, their zone stays sealed"))
    return Form(
        "Change a member",
        CHANGE,
        (
            Field("name", "Full name", values.get("name", ""), longest=80),
            Field("number", "A further WhatsApp number", values.get("number", ""), hint="Such as +491701234567", longest=40, optional=True),
            Field("state", "State", values.get("state", "active"), states),
        ),
        context=staff_id,
        sections=_said(problem),
    )


def link(staff_id: str, name: str, problem: str = "") -> Form:
    """Which person of the workspace a member is."""
    return Form(f"Link {name}"[:24], LINKED, (Field("who", f"Who is {name} in Slack?", person=True),), submit="Link", context=staff_id, sections=_said(problem))


def done(sentence: str) -> Card:
    """Something was changed."""
    return Card("Done", sentence, (Section(sentence),))


def _adopted(told: Adoption) -> list[str]:
    lines = [
        f"\u2022 {capital(one.what)}: {f'at least {one.at_least}' if one.at_least else f'not shown: fewer than {told.needed} on one side of the count'}"
        for one in told.taken
    ]
    verdicts = [f"\u2022 Answers of {one.route}: about {one.tenths} in 10 judged good, by at least {one.at_least} people" for one in told.judged]
    return [*lines, *(verdicts or [f"\u2022 Answers judged: by fewer than {told.needed} people each, so no count is shown"])]


def _said(problem: str) -> tuple[Section, ...]:
    return (Section(problem),) if problem else ()
