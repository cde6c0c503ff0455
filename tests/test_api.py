"""The HTTP API: real HTTP, real SQLite, the bundled models."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlmodel import select

from bot.api_answers import ApiAnswers
from bot.bootstrap import House
from bot.channels import api
from bot.cli import main
from bot.doubles.server import LoopbackServer
from memory.api_tokens import ApiTokens
from memory.suggestions import Suggestions
from memory.tables import ApiToken, SalesPattern, Staff
from tests.conftest import NOW

DOCUMENT = (Path(__file__).parent.parent / "docs" / "api.md").read_text(encoding="utf8")
EXAMPLES = re.findall(r"^```http\nPOST (\S+)\n(\{.*?\})\n```", DOCUMENT, re.MULTILINE | re.DOTALL)
Post = Callable[..., httpx2.Response]


def _pattern(**changes: Any) -> SalesPattern:
    columns: dict[str, Any] = {
        "category": "objection-patterns", "level": "objection-response", "objection": "budget", "response": "roi-proof", "industry": "", "n": 34,
        "successes": 29, "effective_n": 34.0, "contributors": 9, "customers": 30, "largest_share": 0.2, "mean": 0.84, "low": 0.71, "high": 0.94,
        "strength": 34.0, "base_rate": 0.5, "standing": "validated", "text": "budget", "template": "", "vocabulary_version": "1", "published_at": NOW,
    }  # fmt: skip
    return SalesPattern(**{**columns, **changes})


@pytest.fixture
def asking(house: House, alice: Staff) -> Iterator[Post]:
    """Posts to a running API as Alice, unless another token is given."""
    wording = _pattern(category="response-templates", level="wording", detail="budget.roi-proof.2")
    house.shared.publish([_pattern(), wording, _pattern(response="discount", contributors=4)])
    tokens = ApiTokens(house.database)
    mine = tokens.issue(alice.id, NOW).text
    web = api.api(ApiAnswers(house), tokens.staff_of, per_minute=30, seconds=lambda: 0.0)
    with LoopbackServer(web) as server, httpx2.Client(base_url=server.url) as client:

        def post(path: str, body: object = None, *, token: str | None = mine, **more: Any) -> httpx2.Response:
            sent = {**({"Authorization": f"Bearer {token}"} if token is not None else {}), **more.pop("headers", {})}
            given = more or {"json": body}
            return client.post(path.removeprefix(api.PREFIX), headers=sent, **given)

        yield post


def _sentence(answer: httpx2.Response) -> str:
    assert set(answer.json()) == {"error"}
    return str(answer.json()["error"])


def test_every_example_of_the_document_works(asking: Post) -> None:
    assert len(EXAMPLES) == 5
    given = ""
    for path, body in EXAMPLES:
        asked = json.loads(body)
        if "suggestion_id" in asked:
            asked["suggestion_id"] = given
        answer = asking(path, asked)
        assert answer.status_code == 200, (path, answer.text)
        if path.endswith("suggest"):
            given = answer.json()["suggestions"][0]["suggestion_id"]


def test_the_answers_are_those_of_the_shared_side(asking: Post) -> None:
    heard = asking("/v1/situations/analyze", {"text": "that is too expensive for us, we cannot pay 5000"}).json()
    assert (heard["objection"], heard["amount_band"], heard["response"]) == ("budget", "1k-10k", None)
    answered = asking("/v1/situations/analyze", {"text": "we can't afford this", "context": "The package is 4,900 EUR."}).json()
    assert answered["amount_band"] == "1k-10k"
    advice = asking("/v1/strategies/suggest", {"objection": "budget"}).json()
    (only,) = advice["suggestions"]
    assert (only["response"], only["successes"], only["n"], only["contributors"], only["scope"]) == ("roi-proof", 29, 34, 9, "across all industries")
    first, *others = asking("/v1/templates/search", {"objection": "budget"}).json()["templates"]
    assert (first["id"], first["n"]) == ("budget.roi-proof.2", 34)
    assert first["slots"]
    assert all(one["n"] is None for one in others)
    sure = asking("/v1/predictions/success", {"objection": "budget", "response": "roi-proof"}).json()
    assert (sure["probability"], sure["base_rate"], sure["n"]) == (0.84, 0.5, 34)
    unsure = asking("/v1/predictions/success", {"objection": "budget", "response": "discount"}).json()
    assert unsure["probability"] is None  # four people are not enough
    assert unsure["why"]


def test_wordings_come_in_the_language_asked_for_or_written_in_and_say_which(asking: Post) -> None:
    def languages(**asked: str) -> set[str]:
        return {one["language"] for one in asking("/v1/templates/search", asked).json()["templates"]}

    assert languages(objection="budget") == {"en"}
    assert languages(objection="budget", language="pt_BR") == {"pt"}
    assert languages(objection="budget", language="it") == {"en"}
    assert languages(text="Das ist uns leider zu teuer") == {"de"}
    assert languages(text="Das ist uns leider zu teuer", language="en") == {"en"}


def test_nobody_gets_in_without_a_right_token(asking: Post, house: House, alice: Staff) -> None:
    tokens = ApiTokens(house.database)
    right = tokens.issue(alice.id, NOW)
    assert asking("/v1/situations/analyze", {"text": "hello"}, token=right.text).status_code == 200
    tokens.revoke(right.id, NOW)
    forged = f"tc_{right.id}_{'A' * 43}"
    for wrong in (None, "x", right.text, forged, f"tc_{'0' * 16}_{'A' * 43}", right.text.upper()):
        answer = asking("/v1/strategies/suggest", {"text": "too dear"}, token=wrong)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "token" in _sentence(answer)
    assert asking("/v1/nowhere", {}, token=None).status_code == 401  # what there is, is nobody's business


def test_only_hashes_of_tokens_are_stored(house: House, alice: Staff) -> None:
    made = ApiTokens(house.database).issue(alice.id, NOW)
    secret = made.text.rsplit("_", 1)[1]
    with house.database.reading() as session:
        (row,) = session.exec(select(ApiToken)).all()
    assert secret not in str(row.model_dump())
    assert made.text not in str(row.model_dump())


def test_a_token_reaches_its_own_zone_only(asking: Post, house: House, bob: Staff) -> None:
    shown = house.assistant.suggest(bob.id, "that is too expensive for us").suggestions[0].suggestion_id
    answer = asking("/v1/suggestions/feedback", {"suggestion_id": shown, "verdict": "worked"})
    assert answer.status_code == 404
    assert "not one of yours" in _sentence(answer)
    assert not Suggestions(house.database, house.zones.open(bob.id)).feedback()
    house.assistant.feedback(bob.id, shown, "worked")
    assert asking("/v1/strategies/suggest", {"objection": "budget"}).json()["own"] == []
    bobs = ApiTokens(house.database).issue(bob.id, NOW).text
    assert asking("/v1/strategies/suggest", {"objection": "budget"}, token=bobs).json()["own"] == [{"response": "roi-proof", "successes": 1, "n": 1}]


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        ("/v1/situations/analyze", {}, 422, "'text' is missing"),
        ("/v1/situations/analyze", {"text": "x" * 2001}, 422, "'text' is too long"),
        ("/v1/situations/analyze", {"text": "hi", "staff": "Bob"}, 422, "'staff' is not known"),
        ("/v1/situations/analyze", {"text": "  "}, 422, "nothing to look at"),
        ("/v1/situations/analyze", {"text": 7}, 422, "'text' cannot be used"),
        ("/v1/situations/analyze", [1], 422, "one JSON object"),
        ("/v1/strategies/suggest", {}, 422, "nothing to look for"),
        ("/v1/strategies/suggest", {"objection": "prize"}, 422, "not an objection"),
        ("/v1/strategies/suggest", {"objection": "budget", "amount": "a lot"}, 422, "not an amount"),
        ("/v1/templates/search", {"limit": 0}, 422, "'limit' cannot be used"),
        ("/v1/templates/search", {}, 422, "what the wordings are for"),
        ("/v1/predictions/success", {"response": "roi-proof"}, 422, "what is to be answered"),
        ("/v1/nowhere", {}, 404, "nothing at this address"),
    ],
)
def test_bad_input_gets_one_sentence(asking: Post, path: str, body: object, status: int, says: str) -> None:
    answer = asking(path, body)
    assert answer.status_code == status
    assert says in _sentence(answer)


def test_bodies_are_capped_and_must_be_json(asking: Post) -> None:
    kind = {"Content-Type": "application/json"}
    assert asking("/v1/situations/analyze", content=b"{" + b" " * api.MOST_BYTES + b"}", headers=kind).status_code == 413
    assert asking("/v1/situations/analyze", content=b"{not json", headers=kind).status_code == 400
    assert asking("/v1/situations/analyze", content=b"\xff\xfe", headers=kind).status_code == 400
    assert asking("/v1/situations/analyze", content=b"text=hi", headers={"Content-Type": "text/plain"}).status_code == 415


def test_asking_too_often_is_answered_with_how_long_to_wait(asking: Post, house: House, alice: Staff, bob: Staff) -> None:
    statuses = [asking("/v1/nowhere", {}).status_code for _ in range(31)]
    assert statuses == [404] * 30 + [429]
    refused = asking("/v1/nowhere", {}, token=ApiTokens(house.database).issue(alice.id, NOW).text)
    assert refused.status_code == 429  # a second token is no second allowance
    assert int(refused.headers["retry-after"]) == 2
    assert asking("/v1/nowhere", {}, token=ApiTokens(house.database).issue(bob.id, NOW).text).status_code == 404


def test_openapi_describes_every_path_without_a_token(house: House) -> None:
    web = api.api(ApiAnswers(house), lambda _token: None)
    with LoopbackServer(web) as server, httpx2.Client(base_url=server.url) as client:
        document = client.get("/openapi.json").json()
        assert client.get("/situations/analyze").status_code == 401
    assert {f"{api.PREFIX}{path}" for path in document["paths"]} == {path for path, _ in EXAMPLES}
    assert document["security"] == [{"token": []}]
    assert all("200" in told["post"]["responses"] and "401" in told["post"]["responses"] for told in document["paths"].values())


def test_tokens_are_issued_listed_and_revoked_by_the_operator(house: House, alice: Staff, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> Any:
        with pytest.raises(SystemExit) as ended:
            main(["--data-dir", str(house.settings.data_dir), "token", *arguments, "--json"])
        assert ended.value.code == 0
        return json.loads(capsys.readouterr().out)

    made = run("issue", "--staff", "Alice", "--label", "CRM")
    assert ApiTokens(house.database).staff_of(made["token"]) == alice.id
    assert [(one["id"], one["label"], one["revoked_at"]) for one in run("list")] == [(made["id"], "CRM", "")]
    assert run("revoke", made["id"][:6])["revoked"]
    assert ApiTokens(house.database).staff_of(made["token"]) is None
    assert run("list")[0]["revoked_at"]
    with house.database.reading() as session:
        assert session.get_one(ApiToken, made["id"]).digest not in made["token"]
