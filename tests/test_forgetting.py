import json
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from pydantic import SecretStr
from sqlmodel import SQLModel, select

from bot.bootstrap import House
from bot.channels import whatsapp
from bot.cli import main
from bot.doubles.twilio import TwilioDouble
from bot.errors import InputRefused
from memory.contributions import Contributions, Offer
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.deals import Deals
from memory.errors import DirectoryLocked, ReceiptInvalid, UnknownCustomer, UnknownStaff
from memory.forgetting import SINKS, SUBJECTLESS, Subject, remaining
from memory.notes import Notes
from memory.receipts import verified
from memory.storage import Storage
from memory.suggestions import Suggestions
from memory.tables import Contribution, Delivery, Forgetting, InboxEntry, RemoteErasure, SalesPattern, SeenKey, Staff, Suggestion, new_id
from memory.traces import Traces
from tests.conftest import NOW, postgres_only, sqlite_only

SECRETS = ("Zebulon Quackenbush", "5558675309", "the xylophone budget is gone for good", "prefers the marimba, always", "Vibraphone fleet", "Glockenspiel GmbH")


def stocked(house: House, owner: Staff, name: str = "Zebulon Quackenbush", phone: str = "+15558675309") -> str:
    """A zone with a customer who has something in every table; gives the customer's id."""
    zone = house.zones.open(owner.id)
    customers, conversations = Customers(house.database, zone), Conversations(house.database, zone)
    with house.database.transaction() as session:
        customer = customers.add(session, name, now=NOW, company="Glockenspiel GmbH")
        customers.link(session, customer, "whatsapp", phone, NOW)
        thread = conversations.with_customer(session, customer.id, "whatsapp", NOW)
        texts = ("the xylophone budget is gone for good", "call me please, it is about the fair")
        incoming = [Incoming("twilio", f"SM{new_id()}", "customer", "text", text, NOW + timedelta(minutes=at)) for at, text in enumerate(texts)]
        rows = conversations.store(session, thread.id, incoming, NOW)
        session.add(
            InboxEntry(
                source="twilio", account="AC1", external_id=rows[0].external_id, staff_id=owner.id, message_id=rows[0].id, state="done", received_at=NOW
            ),
        )
        session.add(Delivery(key=f"coach:{rows[0].id}", staff_id=owner.id, channel="slack", updated_at=NOW))
        session.add(SeenKey(key=f"slack:card:coach:{rows[0].id}", seen_at=NOW))
    house.memories.of(owner.id).remember([row.id for row in rows])
    Notes(house.database, zone).add("prefers the marimba, always", now=NOW, customer_id=customer.id)
    Deals(house.database, zone).add(customer.id, "Vibraphone fleet", now=NOW, amount="$48,213", amount_band="10k-50k")
    shown = Suggestion(
        staff_id=owner.id, customer_id=customer.id, message_id=rows[0].id, objection="budget", industry="other",
        amount_band="unknown", response="roi-proof", rank=1, propensity=1.0, shown_at=NOW,
    )  # fmt: skip
    Suggestions(house.database, zone).record([shown])
    Suggestions(house.database, zone).give(shown.id, "worked", NOW)
    Contributions(house.database, zone).offer([offer(house, owner.id, customer.id)], NOW)
    return customer.id


def offer(house: House, staff_id: str, customer_id: str) -> Offer:
    return Offer(
        exchange_key=new_id(), contributor_token=house.counting_token(staff_id), customer_token=house.counting_token(customer_id), objection="budget",
        response="roi-proof", reaction="positive", deal_outcome="open", industry="manufacturing", size_band="unknown", amount_band="unknown",
        channel="whatsapp", weekday_part="monday-morning", days_since_contact="unknown", reply_latency="unknown", template="", epoch="2026-W47",
        vocabulary_version="1",
    )  # fmt: skip


def test_every_table_is_in_the_registry_or_says_why_it_needs_no_sink() -> None:
    with_sink = {sink.table.__tablename__ for sink in SINKS}
    without = {table.__tablename__ for table in SUBJECTLESS}
    assert with_sink | without == set(SQLModel.metadata.tables)
    assert not with_sink & without
    personal = {"staff", "customer", "conversation", "message", "suggestion"}
    for name in without:
        table = SQLModel.metadata.tables[name]
        assert not {column.name for column in table.columns} & {"staff_id", "customer_id", "message_id"}
        assert not {key.column.table.name for key in table.foreign_keys} & personal


def test_forgetting_a_customer_leaves_nothing_of_them_and_everything_of_others(house: House, alice: Staff, bob: Staff) -> None:
    gone, stays = stocked(house, alice), stocked(house, alice, "Maria Gonzalez", "+15550001111")
    theirs = stocked(house, bob, "Yolanda Trumpington", "+15550002222")
    done = house.erasure.customer(alice.id, "Zebulon Quackenbush")
    assert done.scan.hits == ()
    assert done.scan.traces >= 6
    assert done.erased["message"] == 2
    assert {done.erased[table] for table in ("customer", "inbox", "suggestion", "feedback", "contribution", "seen_key", "note")} == {1}
    token = house.counting_token
    with house.database.reading() as session:
        assert remaining(session, Subject("customer", alice.id, gone, token(gone))) == 0
        assert remaining(session, Subject("customer", alice.id, stays, token(stays))) == 14
        assert remaining(session, Subject("customer", bob.id, theirs, token(theirs))) == 14
    with pytest.raises(UnknownCustomer):
        Customers(house.database, house.zones.open(alice.id)).named("Zebulon")
    conversations = Conversations(house.database, house.zones.open(alice.id))
    left = {message.id for one in conversations.with_any_of([stays]) for message in conversations.history(one)}
    assert {hit.id for hit in house.memories.of(alice.id).recall("xylophone budget").hits} == left


def test_forgetting_staff_destroys_key_rows_and_directory(house: House, alice: Staff, bob: Staff) -> None:
    stocked(house, alice)
    stocked(house, bob, "Yolanda Trumpington", "+15550002222")
    directory = house.zones.open(alice.id).directory
    done = house.erasure.staff(alice.id)
    assert done.scan.hits == ()
    assert done.erased["zone_key"] == done.erased["staff"] == 1
    assert not directory.exists()
    with house.database.reading() as session:
        assert remaining(session, Subject("staff", alice.id)) == 0
        assert remaining(session, Subject("staff", bob.id)) > 10
    with pytest.raises(UnknownStaff):
        house.zones.open(alice.id)
    left = Storage(house.database).searched(Traces(["Alice Okafor"]), house.settings.data_dir)
    assert left.hits == ()
    assert left.rows > 10
    assert Storage(house.database).searched(Traces(["Bob Lindgren"]), house.settings.data_dir).hits


def test_the_scan_finds_what_an_erasure_missed(house: House, alice: Staff) -> None:
    stocked(house, alice)
    (house.settings.data_dir / "forgotten-log.txt").write_text("call ZEBULON Quackenbush at 5558675309")
    done = house.erasure.customer(alice.id, "Zebulon")
    assert set(done.scan.hits) == {"forgotten-log.txt"}
    assert done.receipt["scan"]["hits"] == len(done.scan.hits) >= 1


@sqlite_only
def test_copies_that_upgrades_left_are_removed(house: House, alice: Staff) -> None:
    stocked(house, alice)
    copy = house.settings.data_dir / "tradecraft.before-0000.db"
    copy.write_bytes(b"old rows")
    assert house.erasure.customer(alice.id, "Zebulon").erased["copies"] == 1
    assert not copy.exists()


def test_patterns_lose_exactly_the_forgotten_contributions(house: House) -> None:
    for number in range(6):
        member = house.staff.add(f"Person {number}", now=NOW)
        zone = house.zones.open(member.id)
        house.staff.set_contributes(member.id, contributes=True)
        Contributions(house.database, zone).offer([offer(house, member.id, f"{member.id}{at}") for at in range(2)], NOW)
    house.learning.publish(NOW)
    assert {row.n for row in _patterns(house)} == {12}
    house.erasure.staff(house.staff.named("Person 3").id)
    assert {(row.n, row.contributors, row.customers) for row in _patterns(house)} == {(10, 5, 10)}
    house.erasure.staff(house.staff.named("Person 4").id)
    assert _patterns(house) == []


def _patterns(house: House) -> list[SalesPattern]:
    with house.database.reading() as session:
        return [row for row in session.exec(select(SalesPattern)) if row.category == "objection-patterns" and row.objection]


def test_a_receipt_is_signed_names_nobody_and_no_character_of_it_can_be_changed(house: House, alice: Staff) -> None:
    stocked(house, alice)
    done = house.erasure.customer(alice.id, "Zebulon")
    content = done.path.read_text()
    assert verified(content, house.master_key.signer.public).ours
    assert not verified(content, b"another key").ours
    assert not [one for one in (*SECRETS, "Alice") if one.lower() in content.lower()]
    for change in (("customer", "Customer"), ('"hits": 0', '"hits": 1'), (done.receipt["id"], new_id())):
        assert change[0] in content
        with pytest.raises(ReceiptInvalid, match="changed"):
            verified(content.replace(*change, 1), None)
    for nonsense in ("", "{}", "[1]", '{"signature": 3}', "not json"):
        with pytest.raises(ReceiptInvalid):
            verified(nonsense, None)


def test_nothing_is_changed_while_another_process_holds_the_zone(house: House, alice: Staff) -> None:
    customer = stocked(house, alice)
    house.memories.close()
    with FileLock(house.zones.open(alice.id).directory.with_suffix(".lock")), pytest.raises(DirectoryLocked):
        house.erasure.customer(alice.id, "Zebulon")
    assert house.erasure.register.all() == []
    assert Customers(house.database, house.zones.open(alice.id)).get(customer).name == "Zebulon Quackenbush"


@postgres_only
def test_a_servers_own_files_are_rewritten_searched_and_its_log_is_told_of(house: House, alice: Staff) -> None:
    stocked(house, alice)
    traces, storage = Traces(["Alice Okafor"]), Storage(house.database)
    with house.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")  # the planner's samples hold the name too
        connection.exec_driver_sql("CHECKPOINT")
    assert {hit.split()[0] for hit in storage.searched(traces, house.settings.data_dir).hits} == {"table", "server"}
    done = house.erasure.staff(alice.id)
    assert done.scan.hits == ()
    assert done.scan.server_bytes > 1_000_000
    assert done.scan.log_bytes > 1_000_000
    assert done.scan.log_hits > 0
    told = done.receipt["outside"]["database_server"]
    assert "log of changes" in told
    assert "could not be" not in told
    assert told in done.sentence()


@postgres_only
def test_a_table_somebody_works_on_is_kept_as_it_is_and_counted(house: House) -> None:
    with house.database.engine.begin() as busy:
        busy.exec_driver_sql("LOCK TABLE audit_entry IN ACCESS SHARE MODE")
        assert house.database.shred(wait_ms=50).kept == 1
    assert house.database.shred().kept == 0


def test_what_was_cut_off_is_ended_when_the_house_is_opened_again(house: House, alice: Staff) -> None:
    stocked(house, alice)
    forgetting = house.erasure.customer(alice.id, "Zebulon").receipt["id"]
    stocked(house, alice)
    with house.database.transaction() as session:  # as if the process had died between erasing rows and proving it
        session.merge(Forgetting(id=forgetting, kind="customer", state="started", started_at=NOW))
    Path(house.settings.data_dir / "receipts" / f"{forgetting}.json").unlink()
    house.close()
    again = House.opened(house.settings, clock=lambda: NOW)
    assert (house.settings.data_dir / "receipts" / f"{forgetting}.json").exists()
    assert Customers(again.database, again.zones.open(alice.id)).named("Zebulon")  # a new customer of the same name is not the forgotten one
    again.close()


def test_old_messages_go_by_age_and_what_was_suggested_stays_as_evidence(house: House, alice: Staff) -> None:
    stocked(house, alice)
    house.clock = lambda: NOW + timedelta(days=90)
    with pytest.raises(InputRefused):
        house.erasure.older_than(29)
    done = house.erasure.older_than(60)
    assert (done.erased["message"], done.erased["note"], done.erased["suggestion"], done.erased["customer"]) == (2, 1, 0, 0)
    assert done.scan.hits == ()
    assert house.erasure.older_than(60).erased["message"] == 0


def test_messages_at_twilio_are_deleted_there_retried_and_never_taken_in_again(house: House, alice: Staff) -> None:
    with TwilioDouble() as twilio:
        house.settings = house.settings.model_copy(
            update={"twilio_account_sid": twilio.account_sid, "twilio_auth_token": SecretStr(twilio.auth_token), "twilio_api_url": twilio.url},
        )
        inbox = house.inbox(lambda _session, _entry: None)
        sent = twilio.add("inbound", "whatsapp:+12025550177", "whatsapp:+12025550101", "the xylophone budget is gone", at=NOW)
        message = whatsapp.inbound(twilio.fields(sent, "Zebulon Quackenbush"), NOW)
        assert inbox.accept(message, NOW) is not None
        assert house.erasure.customer(alice.id, "Zebulon").receipt["outside"]["twilio"] == 1
        again = inbox.accept(message, NOW)
        assert again is not None
        assert not again.new
        twilio.failures = [500]
        assert house.erasure.erase_remotely() == (0, 1)
        assert house.erasure.erase_remotely() == (0, 1)  # not due yet
        house.clock = lambda: NOW + timedelta(hours=1)
        assert house.erasure.erase_remotely() == (1, 0)
        assert twilio.messages == {}
        assert not inbox.accept(message, NOW).new  # type: ignore[union-attr]
    with house.database.reading() as session:
        assert [row.state for row in session.exec(select(RemoteErasure))] == ["done"]
        assert session.exec(select(Contribution)).all() == []


def test_traces_are_found_in_any_case_and_writing_and_across_blocks(tmp_path: Path) -> None:
    traces = Traces(["Jürgen Müller", "+4917112345", "ok", "a" * 50])
    assert traces.short == 1
    assert len(traces.found("x JüRGEN müLLER y".encode())) == 1
    assert len(traces.found(json.dumps("Jürgen Müller").encode())) == 1
    assert len(traces.found("Jürgen Müller".encode("utf-16-le"))) == 1
    (tmp_path / "big.bin").write_bytes(b"\0" * (4 * 1024 * 1024 - 5) + b"+4917112345" + b"\0" * 100)
    assert traces.scan(tmp_path).hits == ("big.bin",)


def test_the_command_asks_first_prints_its_json_and_the_receipt_verifies(house: House, alice: Staff, capsys: pytest.CaptureFixture[str]) -> None:
    stocked(house, alice)
    house.memories.close()
    there = ["--data-dir", str(house.settings.data_dir)]

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main([*there, *arguments])
        return int(str(ended.value.code)), capsys.readouterr().out

    assert run("privacy", "forget", "--staff", "Alice")[0] == 1  # nobody there to say yes
    assert house.erasure.register.all() == []
    code, printed = run("privacy", "forget", "--staff", "Alice", "--customer", "Zebulon", "--yes", "--json")
    told = json.loads(printed)
    assert (code, told["scan"]["hits"], told["erased"]["customer"]) == (0, 0, 1)
    code, printed = run("privacy", "verify", told["receipt"], "--json")
    assert code == 0
    assert json.loads(printed)["ours"]
    Path(told["receipt"]).write_text(Path(told["receipt"]).read_text().replace('"hits": 0', '"hits": 7'))
    assert run("privacy", "verify", told["receipt"])[0] == 1
    assert run("audit", "verify")[0] == 0
    assert [entry.action for entry in house.audit.entries()] == ["forgotten.customer", "zone.opened", "zone.opened"]
