"""A double of Anthropic's Messages API: a real HTTP server on the loopback interface, shaped after recorded exchanges. Tests, demo and playground use it."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from bot.doubles.anthropic_api import application
from bot.doubles.server import LoopbackServer

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived, whatever it was answered with."""

    headers: Mapping[str, str]
    """Names in lower case."""
    content: bytes

    @property
    def body(self) -> dict[str, Any]:
        """The JSON of it."""
        return dict(json.loads(self.content))


@dataclass(frozen=True, slots=True)
class Answer:
    """A message of the model. `stop_reason` is end_turn, refusal or max_tokens."""

    text: str = ""
    stop_reason: str = "end_turn"
    seconds: float = 0.0
    """How long it takes before the first byte."""
    status: int = 200
    """Another one is an error of that status."""
    drip: float = 0.0
    """Seconds between any two bytes of the body."""
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_json(self, asked: Body) -> dict[str, Any]:
        """The shape of the API."""
        refused = self.stop_reason == "refusal"
        return {
            "content": [{"text": self.text, "type": "text"}] if self.text else [],
            "id": f"msg_01{uuid4().hex[:22]}",
            "model": asked["model"],
            "role": "assistant",
            "stop_details": {"category": None, "explanation": None, "type": "refusal"} if refused else None,
            "stop_reason": self.stop_reason,
            "stop_sequence": None,
            "type": "message",
            "usage": {
                "cache_creation": {"ephemeral_1h_input_tokens": 0, "ephemeral_5m_input_tokens": 0},
                "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": 0,
                "inference_geo": "not_available",
                "input_tokens": len(json.dumps(asked)) // 4,
                "output_tokens": len(self.text) // 4,
                "service_tier": "standard",
            },
        }


def structured(value: Mapping[str, Any], **how: Any) -> Answer:  # noqa: ANN401 - fields of Answer
    """An answer that follows the schema asked for."""
    return Answer(json.dumps(value, ensure_ascii=False, separators=(",", ":")), **how)


def refusal() -> Answer:
    """The model declines."""
    return Answer(stop_reason="refusal")


def cut_short(text: str = '{"answer":"We') -> Answer:
    """The answer reached max_tokens in the middle."""
    return Answer(text, "max_tokens")


def failure(status: int, retry_after: float = 0.0) -> Answer:
    """An error of the API, such as 429 (too many requests) or 529 (overloaded)."""
    return Answer(status=status, headers={"retry-after": f"{retry_after:g}"} if retry_after else {})


class AnthropicDouble:
    """One account with one key. A context manager; `url` is its API."""

    def __init__(self, api_key: str = "sk-ant-api03-double", models: tuple[str, ...] = ("claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5")) -> None:
        """Other keys are refused, other models are not found."""
        self.api_key = api_key
        self.models = models
        self.requests: list[Request] = []
        self.answers: list[Answer] = []
        """What the next requests are answered with, in order; then comes `otherwise`."""
        self.otherwise: Callable[[Body], Answer] = quoting
        self.guard = threading.Lock()
        self._server = LoopbackServer(application(self))

    @property
    def url(self) -> str:
        """Of the API: the setting TRADECRAFT_ANTHROPIC_API_URL."""
        return self._server.url

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.stop()

    def answer(self, asked: Body) -> Answer:
        """What this request is answered with."""
        with self.guard:
            if self.answers:
                return self.answers.pop(0)
        return self.otherwise(asked)


def quoting(asked: Body) -> Answer:
    """The simplest model there is: it repeats the first message it was given and cites it."""
    lines = [line for message in asked["messages"] for line in str(message["content"]).splitlines() if line.startswith("[1] ")]
    said = lines[0].partition(": ")[2] if lines else ""
    return structured({"answer": said, "citations": [1] if lines else []})
