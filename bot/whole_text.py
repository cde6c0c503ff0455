"""Text that can be written anywhere: JSON may hold half of a surrogate pair, which no encoding can."""

import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")


def whole(text: str) -> str:
    """The text with U+FFFD for every half of a pair, one for one, so that places in it stay."""
    return _HALF.sub("\ufffd", text)


def whole_value(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """The same for every text inside a value that was JSON."""
    match value:
        case str():
            return whole(value)
        case list():
            return [whole_value(one) for one in value]
        case dict():
            return {whole(str(name)): whole_value(one) for name, one in value.items()}
    return value
