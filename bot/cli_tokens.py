"""Commands of the HTTP API's tokens."""

from typing import Annotated

import typer

from bot.invocation import AsJson, StaffName, member, opened, operator, show

token = typer.Typer(no_args_is_help=True, help="Tokens of the HTTP API: each lets a program ask as one staff member.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(token, name="token")


@token.command("issue")
def token_issue(staff: StaffName, label: Annotated[str, typer.Option(help="What the program is called.")] = "", as_json: AsJson = False) -> None:
    """Make a token for a staff member. It is shown this once: only its hash is kept."""
    from memory.api_tokens import ApiTokens

    with opened() as house:
        owner = member(house, staff)
        made = ApiTokens(house.database).issue(owner.id, house.clock(), label.strip()[:60])
        house.audit.record("token.issued", actor=operator(), subject=owner.id, now=house.clock(), detail=made.id)
    value = {"id": made.id, "staff": owner.name, "label": label.strip()[:60], "token": made.text}
    show(
        value,
        as_json=as_json,
        render=lambda: f"{made.text}\nThis lets a program ask as {owner.name}. It is not shown again; end it with `token revoke {made.id}`.",
    )


@token.command("list")
def token_list(as_json: AsJson = False) -> None:
    """List tokens, without what is secret of them."""
    from bot.terminal import table
    from memory.api_tokens import ApiTokens

    with opened() as house:
        names = {one.id: one.name for one in house.staff.all()}
        rows = [
            {
                "id": one.id,
                "staff": names[one.staff_id],
                "label": one.label,
                "created_at": one.created_at.isoformat(timespec="seconds"),
                "revoked_at": one.revoked_at.isoformat(timespec="seconds") if one.revoked_at else "",
            }
            for one in ApiTokens(house.database).all()
        ]
    columns = ("id", "staff", "label", "created_at", "revoked_at")
    show(rows, as_json=as_json, render=lambda: table(rows, columns, empty="No tokens yet: make one with `token issue`."))


@token.command("revoke")
def token_revoke(token_id: Annotated[str, typer.Argument(help="The id, or its beginning.")], as_json: AsJson = False) -> None:
    """End a token at once."""
    from memory.api_tokens import ApiTokens

    with opened() as house:
        ended = ApiTokens(house.database).revoke(token_id, house.clock())
        house.audit.record("token.revoked", actor=operator(), subject=ended.staff_id, now=house.clock(), detail=ended.id)
    show({"id": ended.id, "revoked": True}, as_json=as_json, render=lambda: f"Token {ended.id} is ended: whoever uses it is refused from now on.")
