"""Names leave for a language model as placeholders and come back as they were, byte for byte."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intelligence.findings import Span
from intelligence.normalization import fold

PLACEHOLDER = re.compile(r"<[A-Z]+-[a-z2-7]{6}>")
"""What stands for an entity in a document."""


@dataclass(frozen=True, slots=True)
class Pseudonymous:
    """A document without its entities. `originals` says what each placeholder stands for; it never leaves the zone."""

    text: str
    originals: Mapping[str, str]

    def restore(self, answer: str) -> str:
        """An answer with every placeholder of this document put back; unknown ones stay as they are."""
        if not self.originals:
            return answer
        return re.sub("|".join(map(re.escape, self.originals)), lambda match: self.originals[match.group()], answer)


class Pseudonyms:
    """Placeholders of one zone: keyed, so that nobody can join them across zones or guess what they stand for."""

    def __init__(self, key: bytes) -> None:
        """`key`: at least 16 bytes that no other zone has."""
        if len(key) < 16:  # noqa: PLR2004 - 128 bits
            msg = "A key of pseudonyms needs at least 16 bytes: derive it from the key of the zone."
            raise ValueError(msg)
        self._key = key

    def replace(self, text: str, entities: Sequence[Span], document: str) -> Pseudonymous:
        """Replace entities (left to right, without overlaps) by `<TYPE-xxxxxx>`.

        Inside one document the same spelling always gets the same placeholder; two spellings of a name differ in it, because
        restoring must give back each as it was. Other documents and zones have other placeholders. A placeholder that the text
        already contains is never chosen: as each has `<` only at its start and `>` only at its end, nothing that is left of the
        text can then be taken for one.
        """
        chosen: dict[tuple[str, str], str] = {}
        originals: dict[str, str] = {}
        pieces = []
        at = 0
        for entity in entities:
            original = text[entity.start : entity.end]
            placeholder = chosen.get((entity.type, original))
            if placeholder is None:
                placeholder = self._free(text, entity.type, original, document, originals)
                chosen[entity.type, original] = placeholder
                originals[placeholder] = original
            pieces += [text[at : entity.start], placeholder]
            at = entity.end
        return Pseudonymous("".join(pieces) + text[at:], originals)

    def _free(self, text: str, kind: str, original: str, document: str, taken: Mapping[str, str]) -> str:
        """The first placeholder of a value that is in neither the text nor use."""
        attempt = 0
        while True:
            said = "\0".join((document, kind, fold(original), original, str(attempt)))
            digest = hmac.new(self._key, said.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
            placeholder = f"<{kind}-{base64.b32encode(digest)[:6].decode().lower()}>"
            if placeholder not in text and placeholder not in taken:
                return placeholder
            attempt += 1
