import stat
from pathlib import Path

import pytest

from memory.encryption import Cell, MasterKeyFile, ZoneCipher
from memory.errors import KeyMissing, KeyWrong

CELL = Cell("message", "sealed_text", "row-1")


def test_a_sealed_text_opens_in_its_own_cell_only() -> None:
    cipher = ZoneCipher(ZoneCipher.new_secret())
    sealed = cipher.seal("your quote is $5,000", CELL)
    assert cipher.unseal(sealed, CELL) == "your quote is $5,000"
    for moved in (Cell("message", "sealed_text", "row-2"), Cell("message", "other", "row-1"), Cell("note", "sealed_text", "row-1")):
        with pytest.raises(KeyWrong):
            cipher.unseal(sealed, moved)


def test_a_flipped_bit_is_noticed_wherever_it_is() -> None:
    cipher = ZoneCipher(ZoneCipher.new_secret())
    sealed = cipher.seal("hello", CELL)
    for position in range(1, len(sealed)):
        broken = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
        with pytest.raises(KeyWrong):
            cipher.unseal(broken, CELL)


def test_sealing_twice_gives_different_bytes_and_neither_holds_the_text() -> None:
    cipher = ZoneCipher(ZoneCipher.new_secret())
    first, second = cipher.seal("Maria Gonzalez", CELL), cipher.seal("Maria Gonzalez", CELL)
    assert first != second
    assert b"Maria" not in first + second


def test_another_zone_cannot_open_or_recompute_anything() -> None:
    mine, other = ZoneCipher(ZoneCipher.new_secret()), ZoneCipher(ZoneCipher.new_secret())
    with pytest.raises(KeyWrong):
        other.unseal(mine.seal("secret", CELL), CELL)
    assert mine.token("+12025550101", "address") != other.token("+12025550101", "address")
    assert mine.token("a", "address") != mine.token("a", "name")


def test_after_rotation_old_text_opens_new_text_uses_the_new_key_and_tokens_stay() -> None:
    secret = ZoneCipher.new_secret()
    before, after = ZoneCipher(secret), ZoneCipher(ZoneCipher.rotated(secret))
    assert after.unseal(before.seal("old", CELL), CELL) == "old"
    assert after.generation == before.generation + 1
    with pytest.raises(KeyWrong):
        before.unseal(after.seal("new", CELL), CELL)
    assert before.token("x", "name") == after.token("x", "name")


def test_the_master_key_file_is_private_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "master.key"
    MasterKeyFile.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        MasterKeyFile.create(path)


def test_rotating_the_master_key_keeps_old_wrappings_open(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    key = MasterKeyFile.create(path)
    wrapped, counting = key.wrap(b"k" * 32, zone="z"), key.derive("contributors")
    key.rotate()
    again = MasterKeyFile.load(path)
    assert again.unwrap(wrapped, zone="z") == b"k" * 32
    assert again.unwrap(again.wrap(b"n" * 32, zone="z"), zone="z") == b"n" * 32
    assert again.derive("contributors") == counting
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_wrapped_key_opens_for_its_zone_only(tmp_path: Path) -> None:
    key = MasterKeyFile.create(tmp_path / "one.key")
    with pytest.raises(KeyWrong):
        key.unwrap(key.wrap(b"k" * 32, zone="a"), zone="b")
    with pytest.raises(KeyWrong):
        MasterKeyFile.create(tmp_path / "two.key").unwrap(key.wrap(b"k" * 32, zone="a"), zone="a")


def test_a_missing_or_damaged_key_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match="put it back"):
        MasterKeyFile.load(tmp_path / "nowhere.key")
    for content in ("", "{}", '{"current": "k1", "keys": {"k1": "not base64!"}}', "[1]"):
        damaged = tmp_path / "damaged.key"
        damaged.write_text(content)
        with pytest.raises(KeyWrong, match="damaged"):
            MasterKeyFile.load(damaged)
