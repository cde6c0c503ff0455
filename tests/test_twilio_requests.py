"""What we ask of Twilio, and what its double answers, against Twilio's own OpenAPI documents."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.bootstrap import House
from bot.channels import whatsapp
from bot.channels.twilio_content import TwilioContent, checked, filled
from bot.channels.twilio_sending import NotTaken, Text, TwilioSending, Undecided
from bot.doubles.twilio import TwilioDouble
from bot.errors import InputRefused
from bot.template_sync import TemplateSync
from memory.content_templates import ContentTemplates
from tests.sending_stand import desk
from tests.whatsapp_stand import OURS, THEIRS

_SPEC = json.loads((Path(__file__).parent / "specs" / "twilio-requests.json").read_text("utf8"))


def _fits(value: Any, schema: dict[str, Any]) -> None:
    jsonschema.validate(value, {**_nullable(schema), "components": _nullable(_SPEC["components"])})


def _nullable(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema says a type more."""
    if isinstance(schema, list):
        return [_nullable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _nullable(one) for name, one in schema.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain


@pytest.fixture
def account() -> Any:
    with TwilioDouble() as twilio:
        yield twilio


def _way(twilio: TwilioDouble) -> TwilioSending:
    return TwilioSending(twilio.account_sid, twilio.auth_token, twilio.url)


@pytest.mark.parametrize(
    "text",
    [
        Text("+12025550101", "+4915150000007", "Hello \u00fc \U0001f600 & more=1", status_callback="https://a.example/s?letter=1"),
        Text("+12025550101", "US.13491208655302741918", content_sid="HX" + "a" * 32, content_variables='{"1": "Maria"}'),
    ],
)
def test_a_message_is_asked_for_as_the_api_describes(account: TwilioDouble, text: Text) -> None:
    account.post.contents.by_sid["HX" + "a" * 32] = {"types": {"twilio/text": {"body": "Hi {{1}}"}}, "variables": {}}
    taken = _way(account).send(text)
    (form,) = account.post.requests
    _fits(form, {**_SPEC["message_form"], "additionalProperties": False})
    _fits(account.messages[taken.sid].as_json(account.account_sid), _SPEC["message"])
    assert form["From"] == f"whatsapp:{text.ours}"
    assert form.get("Body", "") == text.body


def test_the_list_is_asked_as_the_api_describes_and_read_to_the_moment(account: TwilioDouble) -> None:
    for number in range(120):
        account.add("outbound-api", OURS, THEIRS, f"m{number}")
    account.add("outbound-api", OURS, "whatsapp:+4915150000008", "to somebody else")
    found = _way(account).sent_since("+12025550101", "+4915150000007", account.clock())
    assert {one.body for one in found} == {f"m{number}" for number in range(120)}
    assert {"From", "To", "PageSize"} <= set(_SPEC["messages_query"])


@pytest.mark.parametrize(
    ("happens", "error"),
    [("429", NotTaken), ("500-refused", Undecided), ("500-accepted", Undecided), ("dropped-refused", Undecided), ("dropped-accepted", Undecided)],
)
def test_every_answer_is_taken_not_taken_or_unknown(account: TwilioDouble, happens: str, error: type[Exception]) -> None:
    account.post.answers.append(happens)
    with pytest.raises(error):
        _way(account).send(Text("+12025550101", "+4915150000007", "Hello"))
    assert len([one for one in account.messages.values() if one.body == "Hello"]) == happens.endswith("accepted")


@pytest.mark.parametrize(("to", "body", "code"), [("+1", "x", "21211"), ("+4915150000007", "x" * 1601, "21617"), ("+4915150000099", "x", "21610")])
def test_what_twilio_refuses_is_refused_for_good_with_its_code(account: TwilioDouble, to: str, body: str, code: str) -> None:
    account.post.stopped.add("whatsapp:+4915150000099")
    with pytest.raises(NotTaken) as refused:
        _way(account).send(Text("+12025550101", to, body))
    assert (refused.value.code, refused.value.retry) == (code, None)


def test_nobody_there_or_the_wrong_key_is_surely_not_taken(account: TwilioDouble) -> None:
    for way in (TwilioSending("AC1", "x", "http://127.0.0.1:9"), TwilioSending(account.account_sid, "wrong", account.url)):
        with pytest.raises(NotTaken) as refused:
            way.send(Text("+12025550101", "+4915150000007", "Hello"))
        assert refused.value.retry is not None
    assert not account.messages


def test_templates_are_made_submitted_approved_and_read_back(house: House, alice: Any) -> None:
    with desk(house, alice) as at:
        sync = TemplateSync(house)
        made = sync.create("follow_up", "en", "Hi {{1}}, shall we talk?", {"1": "Maria"}, ("Yes", "Not now"))
        assert sync.submit("follow_up", "utility").approval == "received"
        assert ContentTemplates(house.database).approved() == []
        at.twilio.post.contents.decide(made.sid, "approved")
        (known,) = sync.sync()
        assert (known.name, known.approval, known.buttons, known.variables) == ("follow_up", "approved", ("Yes", "Not now"), {"1": "Maria"})
        assert ContentTemplates(house.database).approved() == [known]
        at.twilio.post.contents.decide(made.sid, "rejected", "too salesy")
        assert sync.sync()[0].rejection == "too salesy"
        with pytest.raises(InputRefused, match="already"):
            sync.create("follow_up", "en", "Hi {{1}}, again?", {"1": "Maria"})
        with pytest.raises(InputRefused, match="No template"):
            sync.submit("nothing", "utility")
        with pytest.raises(InputRefused, match="category"):
            sync.submit("follow_up", "spam")
        at.twilio.failures.append(500)
        with pytest.raises(Exception, match="could not be reached"):
            sync.sync()
        assert len(sync.all()) == 1  # what was known stays


def test_content_requests_and_answers_fit_the_api(account: TwilioDouble) -> None:
    content = TwilioContent(account.account_sid, account.auth_token, account.url)
    made = content.create("offer", "en", "Hi {{1}}!", {"1": "Maria"}, ("Yes",))
    content.submit(made, "MARKETING")
    schemas, held = _SPEC["components"]["schemas"], account.post.contents
    _fits(held.requests[0], schemas["ContentCreateRequest"])
    _fits(held.requests[1], schemas["ContentApprovalRequest"])
    _fits(held.by_sid[made.sid], schemas["content.v1.content"])
    _fits({**held.by_sid[made.sid], "approval_requests": held.approvals[made.sid]}, schemas["content.v1.content_and_approvals"])


@pytest.mark.parametrize(
    ("name", "body", "variables", "buttons"),
    [
        ("Follow Up", "Hi", {}, ()),
        ("ok", " ", {}, ()),
        ("ok", "Hi {{1}} and {{3}}.", {"1": "a", "3": "b"}, ()),
        ("ok", "Hi {{1}}.", {}, ()),
        ("ok", "{{1}} hello", {"1": "a"}, ()),
        ("ok", "Hi", {}, ("a", "b", "c", "d")),
        ("ok", "Hi", {}, ("x" * 21,)),
    ],
)
def test_what_whatsapp_surely_refuses_is_refused_here_first(name: str, body: str, variables: dict[str, str], buttons: tuple[str, ...]) -> None:
    with pytest.raises(InputRefused):
        checked(name, body, variables, buttons)


def test_a_template_is_filled_once_whatever_the_values_hold() -> None:
    assert filled("Hi {{1}}, {{2}}", {"1": "{{2}}", "2": "x"}) == "Hi {{2}}, x"


@pytest.mark.parametrize(
    ("fields", "text", "stop"),
    [
        ({"Body": "Yes", "ButtonText": "Yes", "ButtonPayload": "reply_1"}, "Yes", ""),
        ({"Body": "", "ButtonText": "Call me", "ButtonPayload": "reply_2"}, "Call me", ""),
        ({"Body": "", "ListTitle": "Next week", "ListId": "week"}, "Next week", ""),
        ({"Body": "Stop promotions", "ButtonText": "Stop promotions", "ButtonPayload": "STOP"}, "Stop promotions", "STOP"),
    ],
)
def test_a_tapped_button_is_what_the_customer_said(account: TwilioDouble, fields: dict[str, str], text: str, stop: str) -> None:
    message = account.add("inbound", THEIRS, OURS, "")
    heard = whatsapp.inbound({**account.fields(message), **fields}, account.clock())
    assert (heard.text, heard.kind, heard.opt_out) == (text, "text", stop)


def test_a_callback_tells_the_code_and_our_own_id_and_nothing_that_is_none() -> None:
    told = {"MessageSid": "SM" + "0" * 32, "MessageStatus": "Failed", "ErrorCode": "63016"}
    status = whatsapp.status(told, "a" * 32)
    assert (status.status, status.error, status.letter_id) == ("failed", "63016", "a" * 32)
    odd = whatsapp.status({**told, "ErrorCode": "'; drop"}, "../etc")
    assert (odd.error, odd.letter_id) == ("", "")
    assert re.fullmatch(r"SM0{32}", odd.message_sid)
