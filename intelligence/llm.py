"""An optional language model. Everything works without one; with one, answers come in words. The only importer of `anthropic`."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

import httpx2
from anthropic import Anthropic, AnthropicError
from pydantic import BaseModel

from intelligence.errors import ModelUnavailable, RefusedRequest
from intelligence.prompts import OURS, Prompt

Output = TypeVar("Output", bound=BaseModel)
Holds = Callable[[str], bool]
"""Whether a text names somebody or something that must not leave."""
_SECONDS = 15.0
_FIXED = frozenset({"model", "output_config"})
"""Parts of a request that come from our code alone."""
_ROLES = frozenset({"user", "assistant"})


class LanguageModel(Protocol):
    """Turns a prompt into a value of a schema."""

    name: str

    def generate(self, prompt: Prompt, output_type: type[Output]) -> Output:
        """The model's answer. Raises ModelUnavailable: then the rule path answers."""
        ...


class ClaudeModel:
    """Claude, without tools: whatever a customer wrote cannot make it act. Thread-safe; nothing stays open between two answers."""

    def __init__(self, api_key: str, name: str, *, holds: Holds, base_url: str = "https://api.anthropic.com", seconds: float = _SECONDS) -> None:
        """Calls nobody yet. The key is given explicitly: the client would otherwise look for profiles on this machine.

        `holds` is asked about every text of every request at the last place before the wire. `seconds` bounds an answer as a whole, with repetitions.
        """
        self.name = name
        self._api_key = api_key
        self._base_url = base_url
        self._seconds = seconds
        self._holds = holds

    def generate(self, prompt: Prompt, output_type: type[Output]) -> Output:
        """One message, one structured answer. Raises ModelUnavailable, or RefusedRequest when the guard held it back."""
        try:
            message = self._in_time(lambda over: self._asked(prompt, output_type, over))
        except (AnthropicError, httpx2.HTTPError, ValueError, RuntimeError) as error:
            refused = next((cause for cause in _causes(error) if isinstance(cause, RefusedRequest)), None)
            if refused is not None:
                raise refused from None
            msg = f"The language model did not answer ({type(error).__name__}): check TRADECRAFT_ANTHROPIC_API_KEY; the local models answer instead."
            raise ModelUnavailable(msg) from error
        if message.parsed_output is None:
            msg = f"The language model gave no answer ({message.stop_reason}): the local models answer instead."
            raise ModelUnavailable(msg)
        return message.parsed_output  # type: ignore[no-any-return]

    def _asked(self, prompt: Prompt, output_type: type[Output], over: threading.Event) -> Any:  # noqa: ANN401 - the client's type depends on the schema
        def checked(request: httpx2.Request) -> None:
            if over.is_set():
                msg = "Nobody waits for the language model any more: it is not asked again."
                raise ModelUnavailable(msg)
            _refuse_identifiers(request, self._holds)

        with httpx2.Client(timeout=self._seconds, event_hooks={"request": [checked]}) as http:
            client = Anthropic(api_key=self._api_key, base_url=self._base_url, timeout=self._seconds, max_retries=1, http_client=http)
            return client.messages.parse(
                model=self.name,
                max_tokens=prompt.most_tokens,
                system=prompt.instructions,
                messages=[{"role": "user", "content": prompt.material}],
                output_format=output_type,
            )

    def _in_time(self, ask: Callable[[threading.Event], Any]) -> Any:  # noqa: ANN401
        """What `ask` returns. The client's own limit is per read: an answer that drips, or a name that does not resolve, would outlast it."""
        outcome: list[Any] = []
        failure: list[Exception] = []
        over = threading.Event()

        def run() -> None:
            try:
                outcome.append(ask(over))
            except Exception as error:  # noqa: BLE001 - raised again by the thread that waits
                failure.append(error)

        thread = threading.Thread(target=run, name="language-model", daemon=True)
        thread.start()
        thread.join(self._seconds)
        over.set()
        if failure:
            raise failure[0]
        if not outcome:
            msg = f"The language model did not answer within {self._seconds:.0f} s: the local models answer instead."
            raise ModelUnavailable(msg)
        return outcome[0]


def _refuse_identifiers(request: httpx2.Request, holds: Holds) -> None:
    """Refuse a request that holds an identifier, or whose content cannot be read."""
    try:
        body = json.loads(request.content)
        sent = {name: value for name, value in body.items() if name not in _FIXED}
    except (ValueError, AttributeError, httpx2.StreamError) as error:
        msg = "A request to the language model could not be checked: nothing was sent."
        raise RefusedRequest(msg) from error
    if any(holds(text) for text in _texts(sent) if text not in OURS | _ROLES):
        msg = "A request to the language model still named somebody of your conversations: nothing was sent."
        raise RefusedRequest(msg)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
