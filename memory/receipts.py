"""Receipts of forgettings: JSON signed with Ed25519. A receipt and the public key it names are all that is needed to check it."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from memory.encryption import Signing, signed_by
from memory.errors import ReceiptInvalid

FORMAT = "tradecraft/receipt/1"


@dataclass(frozen=True, slots=True)
class Verified:
    """A receipt whose signature is right."""

    receipt: dict[str, Any]
    ours: bool
    """Whether this installation's key signed it."""


def issued(facts: dict[str, Any], signer: Signing) -> dict[str, Any]:
    """The facts (ids, counts and times: no names) as a signed receipt."""
    receipt = {"format": FORMAT, **facts, "public_key": b64encode(signer.public).decode()}
    return receipt | {"signature": b64encode(signer.sign(_canonical(receipt))).decode()}


def verified(content: str, our_key: bytes | None) -> Verified:
    """Check a receipt. Raises ReceiptInvalid when it is none or a character of it was changed."""
    try:
        receipt = json.loads(content)
        signature, public = b64decode(receipt["signature"]), b64decode(receipt["public_key"])
        signed = {name: value for name, value in receipt.items() if name != "signature"}
        right = receipt["format"] == FORMAT and signed_by(public, _canonical(signed), signature)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReceiptInvalid("This file is no receipt: give the JSON file that `privacy forget` wrote.") from error
    if not right:
        raise ReceiptInvalid("The signature does not fit: this receipt was changed after it was issued.")
    return Verified(receipt, ours=public == our_key)


def _canonical(receipt: dict[str, Any]) -> bytes:
    return json.dumps(receipt, sort_keys=True, separators=(",", ":")).encode()
