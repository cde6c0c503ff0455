"""Commands around trust: privacy, backup, keys, audit, zone-proof, reindex."""

import io
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.invocation import AsJson, StaffName, chosen_data_dir, member, opened, operator, show, writable

privacy = typer.Typer(no_args_is_help=True, help="What is stored, what left the zone, how to take it back, how to be forgotten.")
backup = typer.Typer(no_args_is_help=True, help="Backups: without the master key, and without bringing back what was forgotten.")
keys = typer.Typer(no_args_is_help=True, help="The keys everything is sealed with.")
audit = typer.Typer(no_args_is_help=True, help="Who did what to whose data: ids only.")

Confirmed = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
AnyStaff = Annotated[str, typer.Option("--staff", "-s", help="Whose zone; everybody's when left out.")]
_LISTED = 20


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("zone-proof")(zone_proof)
    app.command()(reindex)
    for group, name in ((privacy, "privacy"), (backup, "backup"), (keys, "keys"), (audit, "audit")):
        app.add_typer(group, name=name)


@privacy.command("status")
def privacy_status(staff: StaffName, as_json: AsJson = False) -> None:
    """Say what is stored and whether anything is contributed."""
    from bot.terminal import facts

    with opened() as house:
        status = house.privacy.status(member(house, staff).id)
    show(asdict(status), as_json=as_json, render=lambda: facts(asdict(status)))


@privacy.command("opt-in")
def privacy_opt_in(staff: StaffName, as_json: AsJson = False) -> None:
    """Offer anonymous exchanges to the shared side."""
    with opened() as house:
        changed = house.privacy.set_contributing(member(house, staff).id, contributes=True)
    show(changed, as_json=as_json, render=lambda: "Opted in: from the next learning on, anonymous exchanges are offered. `privacy ledger` shows each of them.")


@privacy.command("opt-out")
def privacy_opt_out(staff: StaffName, as_json: AsJson = False) -> None:
    """Stop contributing and take back everything contributed so far."""
    with opened() as house:
        changed = house.privacy.set_contributing(member(house, staff).id, contributes=False)
    show(
        changed,
        as_json=as_json,
        render=lambda: f"Opted out: {changed['withdrawn']} contributions are withdrawn and the patterns were counted again without them.",
    )


@privacy.command("ledger")
def privacy_ledger(
    staff: StaffName,
    veto: Annotated[str, typer.Option(help="Take this line out for good: its id, or the beginning of it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show exactly what left the zone; `--veto` takes a line back."""
    from bot.terminal import table

    with opened() as house:
        owner = member(house, staff).id
        if veto:
            house.privacy.veto(owner, veto)
        rows = house.privacy.ledger(owner)
    columns = ("id", "kind", "epoch", "objection", "response", "reaction", "industry", "amount_band", "state")
    show(rows, as_json=as_json, render=lambda: table(rows, columns, empty="Nothing left this zone."))


@privacy.command("export")
def privacy_export(
    file: Annotated[Path, typer.Argument(help="The zip file to write.", callback=writable)],
    staff: StaffName,
    customer: Annotated[str, typer.Option(help="Only what is stored about this customer: the answer to their request for access.")] = "",
    as_json: AsJson = False,
) -> None:
    """Hand out one's own data, to read and for programs, without the other party's identity."""
    from bot.privacy_export import Exports

    with opened() as house:
        owner = member(house, staff)
        exports = Exports(house)
        done = exports.of_customer(owner.id, customer, file) if customer else exports.of_staff(owner.id, file)
        house.audit.record("exported", actor=operator(), subject=done.subject, now=house.clock(), detail=f"{done.records}")
    show(done.as_json(), as_json=as_json, render=lambda: f"{done.records} records are in {file}. It is readable by everybody who has it: hand it over safely.")


@privacy.command("forget")
def privacy_forget(
    staff: Annotated[str, typer.Option("--staff", "-s", help="Whose zone; without --customer, the whole zone and its owner are forgotten.")],
    customer: Annotated[str, typer.Option(help="Only this customer of the zone.")] = "",
    yes: Confirmed = False,
    as_json: AsJson = False,
) -> None:
    """Erase a customer, or a member of staff with the whole zone, for good; prove it by a byte scan and a signed receipt."""
    with opened() as house:
        owner = member(house, staff)
        what = f"customer '{customer}' of {owner.name}" if customer else f"{owner.name} with the whole zone"
        _sure(f"Forget {what}? Nothing of it can come back.", yes=yes)
        done = house.erasure.customer(owner.id, customer) if customer else house.erasure.staff(owner.id)
        house.erasure.erase_remotely()
    show(done.as_json(), as_json=as_json, render=done.sentence)
    if done.scan.hits:
        raise typer.Exit(1)


@privacy.command("retain")
def privacy_retain(
    days: Annotated[int, typer.Option(max=36_500, help="Keep this many days; what is older is erased.")],
    staff: AnyStaff = "",
    yes: Confirmed = False,
    as_json: AsJson = False,
) -> None:
    """Erase messages and notes older than so many days. What was learned from them, anonymous and counted, stays."""
    with opened() as house:
        owner = member(house, staff).id if staff else ""
        _sure(f"Erase everything older than {days} days{' of ' + staff if staff else ''}?", yes=yes)
        done = house.erasure.older_than(days, owner)
    show(done.as_json(), as_json=as_json, render=done.sentence)
    if done.scan.hits:
        raise typer.Exit(1)


@privacy.command("pending")
def privacy_pending(as_json: AsJson = False) -> None:
    """Try again to delete at Twilio what was forgotten here."""
    with opened() as house:
        done, waiting = house.erasure.erase_remotely()
    told = {"deleted": done, "waiting": waiting}
    show(told, as_json=as_json, render=lambda: f"{done} messages deleted at Twilio, {waiting} still waiting.")


@privacy.command("verify")
def privacy_verify(
    receipt: Annotated[str, typer.Argument(help="The receipt's file, or its id.")],
    as_json: AsJson = False,
) -> None:
    """Check the signature of a receipt. Needs the receipt only; with a data directory it also says whether this installation issued it."""
    from bot import settings
    from bot.forgetting import RECEIPTS
    from memory.encryption import MasterKeyFile
    from memory.errors import ReceiptInvalid
    from memory.receipts import verified

    chosen = settings.load(data_dir=chosen_data_dir())
    path = next((one for one in (Path(receipt), chosen.data_dir / RECEIPTS / f"{receipt}.json") if one.is_file()), None)
    if path is None:
        raise ReceiptInvalid(f"There is no receipt at {receipt}: give the file that `privacy forget` wrote, or its id.")
    known = MasterKeyFile.load(chosen.master_key).signer.public if chosen.master_key.exists() else None
    checked = verified(path.read_text(encoding="utf8", errors="replace"), known)
    facts = {"valid": True, "ours": checked.ours, "id": checked.receipt["id"], "kind": checked.receipt["kind"], "public_key": checked.receipt["public_key"]}
    whose = "this installation" if checked.ours else f"the holder of the key {checked.receipt['public_key']}, which is not this installation's"
    show(facts, as_json=as_json, render=lambda: f"The signature is right: issued by {whose}, complete at {checked.receipt['completed_at']}.")


@backup.command("create")
def backup_create(file: Annotated[Path, typer.Argument(help="The zip file to write.", callback=writable)], as_json: AsJson = False) -> None:
    """Write a consistent copy of everything but the master key."""
    from bot import backups

    with opened() as house:
        manifest = backups.create(house, file, operator())
    show(asdict(manifest), as_json=as_json, render=lambda: f"{file} is written and signed. The master key is not in it: keep that apart.")


@backup.command("verify")
def backup_verify(file: Annotated[Path, typer.Argument(help="A backup.")], as_json: AsJson = False) -> None:
    """Read a backup completely: digests and signature."""
    from memory.backups import verified

    manifest = verified(file)
    show(asdict(manifest), as_json=as_json, render=lambda: f"{file} is whole and unchanged: made {manifest.created_at}, schema {manifest.schema}.")


@backup.command("restore")
def backup_restore(file: Annotated[Path, typer.Argument(help="A backup.")], yes: Confirmed = False, as_json: AsJson = False) -> None:
    """Put a backup in the place of what is there, and apply every forgetting to it again. The master key must be in its place."""
    from bot import backups, settings

    chosen = settings.load(data_dir=chosen_data_dir())
    _sure(f"Replace everything in {chosen.data_dir} by {file}? What came after the backup is lost.", yes=yes)
    done = backups.restore(chosen, file, operator())
    show(
        done.as_json(),
        as_json=as_json,
        render=lambda: f"Restored the state of {done.created_at}: {done.zones} zones, {done.forgettings_applied} forgettings applied again.",
    )


@keys.command("rotate")
def keys_rotate(
    data: Annotated[bool, typer.Option("--data", help="Also give every zone a new data key and seal everything anew.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a new master key and wrap every zone's key with it; with --data new data keys too. Cut off, it is ended by running it again."""
    from rich.console import Console
    from rich.progress import Progress

    from bot.backups import stopped
    from memory.keyring import Keyring

    with opened() as house, stopped(house.settings):
        ring = Keyring(house.database, house.zones, house.master_key)
        told = {"zones": ring.rotate_master(), "cells": 0}
        if data:
            with Progress(console=Console(stderr=True), transient=True, disable=as_json) as bar:
                task = bar.add_task("Sealing anew", total=None)
                told["cells"] = ring.rotate_data(lambda done: bar.update(task, completed=done)).cells
        house.audit.record("keys.rotated", actor=operator(), subject="", now=house.clock(), detail=f"{told['zones']} zones, {told['cells']} cells")
    show(
        told,
        as_json=as_json,
        render=lambda: f"{told['zones']} zones have a new master key, {told['cells']} cells were sealed anew. Keep a fresh copy of the master key apart.",
    )


@audit.command("list")
def audit_list(limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = _LISTED, as_json: AsJson = False) -> None:
    """Show the newest entries."""
    from bot.terminal import table

    with opened() as house:
        rows = [entry.model_dump(mode="json", exclude={"mac"}) for entry in house.audit.entries(limit)]
    show(rows, as_json=as_json, render=lambda: table(rows, ("sequence", "at", "action", "actor", "subject", "detail"), empty="Nothing yet."))


@audit.command("verify")
def audit_verify(as_json: AsJson = False) -> None:
    """Check that nothing was changed, moved or taken out."""
    with opened() as house:
        checked = house.audit.verify()
    show(asdict(checked), as_json=as_json, render=lambda: f"{checked.entries} entries, unbroken.")


def reindex(staff: AnyStaff = "", as_json: AsJson = False) -> None:
    """Build what recall derives from the database anew: vectors of another model, and the collections of large zones."""
    with opened() as house:
        owners = [member(house, staff).id] if staff else list(house.zones.owners())
        vectors = sum(house.memories.of(owner).reindex() for owner in owners)
        house.audit.record("reindexed", actor=operator(), subject=owners[0] if staff else "", now=house.clock(), detail=f"{vectors}")
    told = {"zones": len(owners), "vectors": vectors}
    show(told, as_json=as_json, render=lambda: f"{vectors} vectors of {len(owners)} zones are indexed anew.")


def zone_proof(
    context: typer.Context,
    staff: Annotated[str, typer.Option("--staff", "-s", help="Who asks for others' secrets; everybody when left out.")] = "",
    own: Annotated[bool, typer.Option("--own", help="With --staff: leave everybody else's zone alone, and let temporary ones ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Plant secrets in every zone, ask for them as everybody else through every surface, scan every byte, remove them. Exit code 1 when anything leaks."""
    from bot.errors import InputRefused
    from bot.terminal import table
    from bot.zone_proof import ZoneProof

    with opened() as house:
        only = house.staff.named(staff).id if staff else ""
        if own and not only:
            raise InputRefused("--own needs --staff: say whose zone.")
        proof = ZoneProof(house, _command_line(context, house.settings.data_dir)).run(only, alone=own)
        house.audit.record("zone-proof", actor=operator(), subject="", now=house.clock(), detail="passed" if proof.passed else "failed")
    rows = [{"surface": name, "asked": one.asked, "own found": one.own, "leaks": one.leaks} for name, one in proof.surfaces.items()]
    show(proof.as_json(), as_json=as_json, render=lambda: table(rows, ("surface", "asked", "own found", "leaks"), empty=""))
    if not as_json:
        typer.echo(f"{proof.bytes_scanned:,} bytes scanned. {'PASSED: no zone saw anything of another.' if proof.passed else 'FAILED'}")
    if not proof.passed:
        raise typer.Exit(1)


def _sure(question: str, *, yes: bool) -> None:
    if not yes:
        typer.confirm(question, abort=True, err=True)


def _command_line(context: typer.Context, data_dir: Path) -> Callable[[Sequence[str]], str]:
    """Runs a further command in this process and gives everything it prints."""
    root = context.find_root().command

    def ask(arguments: Sequence[str]) -> str:
        from bot.errors import explain

        printed = io.StringIO()
        with redirect_stdout(printed), redirect_stderr(printed):
            try:
                root.main(["--data-dir", str(data_dir), *arguments], prog_name="tradecraft", standalone_mode=False)
            except Exception as error:  # noqa: BLE001 - what a person would be told is part of the answer
                printed.write(explain(error))
        return printed.getvalue()

    return ask
