"""An optional language model. Everything works without one; with one, answers come in words. The only importer of `anthropic`."""

from typing import Protocol, TypeVar

import httpx2
from anthropic import Anthropic, AnthropicError
from pydantic import BaseModel

from intelligence.errors import ModelUnavailable
from intelligence.prompts import Prompt

Output = TypeVar("Output", bound=BaseModel)
_SECONDS = 20.0


class LanguageModel(Protocol):
    """Turns a prompt into a value of a schema."""

    name: str

    def generate(self, prompt: Prompt, output_type: type[Output]) -> Output:
        """The model's answer. Raises ModelUnavailable: then the rule path answers."""
        ...


class ClaudeModel:
    """Claude, without tools: whatever a customer wrote cannot make it act. Thread-safe."""

    def __init__(self, api_key: str, name: str, *, base_url: str = "https://api.anthropic.com", seconds: float = _SECONDS) -> None:
        """Calls nobody yet. The key is given explicitly: the client would otherwise look for profiles on this machine."""
        self.name = name
        self._client = Anthropic(api_key=api_key, base_url=base_url, timeout=seconds, max_retries=1, http_client=httpx2.Client(timeout=seconds))

    def generate(self, prompt: Prompt, output_type: type[Output]) -> Output:
        """One message, one structured answer."""
        try:
            message = self._client.messages.parse(
                model=self.name,
                max_tokens=prompt.most_tokens,
                system=prompt.instructions,
                messages=[{"role": "user", "content": prompt.material}],
                output_format=output_type,
            )
        except (AnthropicError, httpx2.HTTPError, ValueError) as error:
            msg = f"The language model did not answer ({type(error).__name__}): check TRADECRAFT_ANTHROPIC_API_KEY; the local models answer instead."
            raise ModelUnavailable(msg) from error
        if message.parsed_output is None:
            msg = f"The language model gave no answer ({message.stop_reason}): the local models answer instead."
            raise ModelUnavailable(msg)
        return message.parsed_output
