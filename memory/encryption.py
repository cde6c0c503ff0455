"""Sealed text and per-zone keys. AES-256-GCM; every ciphertext is bound to its table, column and row, so that a moved cell does not open.

The only importer of `cryptography`.
"""

import hashlib
import hmac
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from memory.errors import KeyMissing, KeyWrong

KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a ciphertext belongs."""

    table: str
    column: str
    row: str

    def __bytes__(self) -> bytes:
        """The bytes a ciphertext is bound to."""
        return f"{self.table}\0{self.column}\0{self.row}".encode()


class Signing(Protocol):
    """Signs what this installation answers for; in a key management service the secret never leaves it."""

    @property
    def public(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""
        ...

    def sign(self, content: bytes) -> bytes:
        """64 bytes."""
        ...


class KeyWrapper(Protocol):
    """The master key: all that anything else asks of it, so that a key management service can take the file's place."""

    def wrap(self, key: bytes, *, zone: str) -> bytes:
        """The key, encrypted under the current master key and bound to the zone."""
        ...

    def unwrap(self, wrapped: bytes, *, zone: str) -> bytes:
        """The key. Raises KeyWrong."""
        ...

    def derive(self, purpose: str) -> bytes:
        """32 secret bytes for an installation-wide purpose; the same ones for ever, whatever was rotated."""
        ...

    def rotate(self) -> None:
        """Make a new current key; what older ones wrapped still opens."""
        ...

    @property
    def signer(self) -> Signing:
        """What signs receipts and backups of this installation."""
        ...


class MasterKeyFile:
    """Master keys in a file that only its owner can read: a JSON object `{"current": id, "keys": {id: base64}}`."""

    def __init__(self, path: Path, current: str, keys: Mapping[str, bytes]) -> None:
        """`keys` may hold retired keys, still needed to unwrap; `current` wraps."""
        self._path = path
        self._current = current
        self._keys = dict(keys)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Write a new random key, mode 0600. Raises FileExistsError: a key is never overwritten."""
        self = cls(path, "k1", {"k1": os.urandom(KEY_BYTES)})
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self._serialised())
        return self

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file. Raises KeyMissing or KeyWrong."""
        try:
            stored = json.loads(path.read_text())
            return cls(path, stored["current"], {name: b64decode(key) for name, key in stored["keys"].items()})
        except FileNotFoundError as error:
            msg = f"The master key {path} is missing: put it back from where you keep it; without it the zones cannot be opened."
            raise KeyMissing(msg) from error
        except PermissionError as error:
            msg = f"The master key {path} cannot be read: give it to the user that runs the program, mode 0600."
            raise KeyMissing(msg) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            msg = f"The master key {path} is damaged: put it back from where you keep it."
            raise KeyWrong(msg) from error

    def rotate(self) -> None:
        """Add a new current key and keep the old ones for unwrapping; the file is replaced in one step."""
        name = f"k{len(self._keys) + 1}"
        self._keys[name] = os.urandom(KEY_BYTES)
        self._current = name
        fresh = self._path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(self._serialised())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)

    def wrap(self, key: bytes, *, zone: str) -> bytes:
        """`id . nonce . ciphertext`, bound to the zone."""
        nonce = os.urandom(_NONCE_BYTES)
        name = self._current.encode()
        return bytes([len(name)]) + name + nonce + AESGCM(self._keys[self._current]).encrypt(nonce, key, zone.encode())

    def unwrap(self, wrapped: bytes, *, zone: str) -> bytes:
        """The data key. Raises KeyWrong when no stored master key opens it."""
        end = 1 + wrapped[0]
        nonce, sealed = wrapped[end : end + _NONCE_BYTES], wrapped[end + _NONCE_BYTES :]
        try:
            return AESGCM(self._keys[wrapped[1:end].decode()]).decrypt(nonce, sealed, zone.encode())
        except (KeyError, InvalidTag, UnicodeDecodeError) as error:
            msg = "A zone's key does not open with this master key: put back the master key that belongs to this data directory."
            raise KeyWrong(msg) from error

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for an installation-wide purpose (signing receipts, counting contributors), from the first key ever made: rotation keeps it (ADR 2)."""
        return _derived(self._keys["k1"], purpose)

    @property
    def signer(self) -> "Signer":
        """What signs receipts and backups of this installation."""
        return Signer(self.derive("receipts"))

    def _serialised(self) -> str:
        return json.dumps({"current": self._current, "keys": {name: b64encode(key).decode() for name, key in self._keys.items()}})


class ZoneCipher:
    """Everything done with one zone's secret. Thread-safe.

    A secret is a 32-byte token key, which never changes, followed by data keys: one generation byte and 32 bytes each.
    """

    def __init__(self, secret: bytes) -> None:
        """The highest generation seals, all open."""
        token_key, entries = secret[:KEY_BYTES], secret[KEY_BYTES:]
        step = KEY_BYTES + 1
        self._sealers = {entries[at]: AESGCM(entries[at + 1 : at + step]) for at in range(0, len(entries), step)}
        self._generation = max(self._sealers)
        self._token_key = token_key

    @staticmethod
    def new_secret() -> bytes:
        """A random secret with one data key of generation 1."""
        return os.urandom(KEY_BYTES) + bytes([1]) + os.urandom(KEY_BYTES)

    @staticmethod
    def rotated(secret: bytes) -> bytes:
        """The same secret with a further data key: what is sealed from now on uses it, what is stored still opens."""
        return secret + bytes([max(secret[KEY_BYTES :: KEY_BYTES + 1]) + 1]) + os.urandom(KEY_BYTES)

    @staticmethod
    def pruned(secret: bytes) -> bytes:
        """The same secret with its newest data key only: what older ones sealed does not open any more."""
        return secret[:KEY_BYTES] + secret[-(KEY_BYTES + 1) :]

    @property
    def generation(self) -> int:
        """The generation that seals."""
        return self._generation

    @property
    def generations(self) -> int:
        """How many data keys there are: more than one while a rotation has not ended."""
        return len(self._sealers)

    def seal(self, plain: str | bytes, cell: Cell) -> bytes:
        """`format . generation . nonce . ciphertext`, bound to the cell."""
        nonce = os.urandom(_NONCE_BYTES)
        data = plain.encode() if isinstance(plain, str) else plain
        return bytes((_FORMAT, self._generation)) + nonce + self._sealers[self._generation].encrypt(nonce, data, bytes(cell))

    def unseal(self, sealed: bytes, cell: Cell) -> str:
        """The text. Raises KeyWrong."""
        return self.unseal_bytes(sealed, cell).decode()

    def unseal_bytes(self, sealed: bytes, cell: Cell) -> bytes:
        """The bytes. Raises KeyWrong when key, table, column or row is another, or a bit changed."""
        nonce, body = sealed[2 : 2 + _NONCE_BYTES], sealed[2 + _NONCE_BYTES :]
        try:
            return self._sealers[sealed[1]].decrypt(nonce, body, bytes(cell))
        except (KeyError, IndexError, InvalidTag) as error:
            msg = f"A sealed value in {cell.table}.{cell.column} does not open: the key is another one or the row was changed; restore a backup."
            raise KeyWrong(msg) from error

    def seal_all(self, plain: Sequence[bytes], table: str, column: str, rows: Sequence[str]) -> list[bytes]:
        """Many cells of one column, each as `seal` does it."""
        return [self.seal(one, Cell(table, column, row)) for one, row in zip(plain, rows, strict=True)]

    def unseal_all(self, sealed: Sequence[bytes], table: str, column: str, rows: Sequence[str]) -> list[bytes]:
        """Many cells of one column, each as `unseal_bytes` does it, in half the time. Raises KeyWrong."""
        sealers, place = self._sealers, bytes(Cell(table, column, ""))
        start, end = 2, 2 + _NONCE_BYTES
        try:
            return [sealers[one[1]].decrypt(one[start:end], one[end:], place + row.encode()) for one, row in zip(sealed, rows, strict=True)]
        except (KeyError, IndexError, InvalidTag):
            # Again one by one, for the error that says which.
            return [self.unseal_bytes(one, Cell(table, column, row)) for one, row in zip(sealed, rows, strict=True)]

    def token(self, value: str, purpose: str) -> str:
        """A keyed hash, 32 hexadecimal characters: equal values meet, nobody without the key can test a guess."""
        return hmac.new(self._token_key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()[:32]

    def secret(self, purpose: str) -> bytes:
        """32 secret bytes for another use inside the zone, such as the rotation of its vectors."""
        return _derived(self._token_key, purpose)


class Signer:
    """Ed25519 signatures that anybody can check with the public key alone."""

    def __init__(self, seed: bytes) -> None:
        """`seed` is 32 secret bytes; the same seed is the same key."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, content: bytes) -> bytes:
        """64 bytes."""
        return self._key.sign(content)


def signed_by(public: bytes, content: bytes, signature: bytes) -> bool:
    """Whether whoever has the secret of this public key signed exactly this content."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _derived(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"tradecraft/{purpose}".encode()).derive(key)
