import io
import stat
import zipfile
from pathlib import Path

import pytest

from bot.errors import ExportUnreadable
from bot.export_archives import LARGEST_CHAT, read_archive, read_file

CHAT = b"[25.04.26, 10:00:00] Ana: hi\n"


def _archive(*entries: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    file.seek(0)
    return file


@pytest.mark.parametrize(
    ("reason", "entries", "name"),
    [
        ("iOS", [("00000012-PHOTO-2026.jpg", b"\xff\xd8"), ("_chat.txt", CHAT)], "WhatsApp Chat - Ana.zip"),
        ("Android names the text like the archive", [("WhatsApp Chat with Ana.txt", CHAT), ("notes.txt", b"sent as a document")], "WhatsApp Chat with Ana.txt"),
        ("packed again inside a folder", [("Ana/_chat.txt", CHAT), ("__MACOSX/Ana/._chat.txt", b"\0\5")], "WhatsApp Chat - Ana.zip"),
        ("one text of any name", [("export.txt", CHAT), ("a.opus", b"Ogg")], "export.txt"),
        ("a document may be called anything", [("_chat.txt", CHAT), ("WhatsApp terms.txt", b"x")], "WhatsApp Chat - Ana.zip"),
    ],
)
def test_the_chat_is_found_among_the_media(reason: str, entries: list[tuple[str, bytes]], name: str) -> None:
    assert read_archive("WhatsApp Chat - Ana.zip", _archive(*entries)) == (name, CHAT), reason


def _link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("_chat.txt")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    ("reason", "entries", "says"),
    [
        ("a path that climbs", [("_chat.txt", CHAT), ("../../.ssh/authorized_keys", b"k")], "leads out"),
        ("the same with the other slash", [("_chat.txt", CHAT), ("..\\evil.txt", b"k")], "leads out"),
        ("an absolute path", [("_chat.txt", CHAT), ("/etc/passwd", b"k")], "leads out"),
        ("a drive", [("_chat.txt", CHAT), ("C:\\evil.txt", b"k")], "leads out"),
        ("a link", [(_link(), b"/etc/passwd")], "a link"),
        ("a bomb", [("_chat.txt", b"0" * 40 * 2**20)], "grows suspiciously"),
        ("a bomb beside the chat", [("_chat.txt", CHAT), ("a.jpg", b"0" * 40 * 2**20)], "grows suspiciously"),
        ("no chat", [("a.jpg", b"\xff\xd8")], "no .txt file"),
        ("nothing", [], "no .txt file"),
        ("texts, none of them the chat", [("a.txt", b"x"), ("b.txt", b"y")], "several .txt files"),
        ("thousands of files", [(f"{number}.jpg", b"") for number in range(20_001)], "20001 files"),
    ],
)
def test_an_archive_whatsapp_would_not_make_is_refused(reason: str, entries: list[tuple[str | zipfile.ZipInfo, bytes]], says: str) -> None:
    with pytest.raises(ExportUnreadable, match=says) as refused:
        read_archive("x.zip", _archive(*entries))
    assert "\n" not in str(refused.value), reason


def test_a_chat_that_lies_about_its_size_is_read_no_further_than_allowed() -> None:
    file = _archive(("_chat.txt", b"x" * (LARGEST_CHAT + 1)), compression=zipfile.ZIP_STORED)
    with pytest.raises(ExportUnreadable, match="larger than 64 MB"):
        read_archive("x.zip", file)


def test_a_locked_or_damaged_archive_is_refused() -> None:
    content = bytearray(_archive(("_chat.txt", CHAT)).getvalue())
    locked = content.copy()
    locked[6] |= 1
    directory = locked.rindex(b"PK\1\2")
    locked[directory + 8] |= 1
    with pytest.raises(ExportUnreadable, match="password"):
        read_archive("x.zip", io.BytesIO(bytes(locked)))
    with pytest.raises(ExportUnreadable, match="damaged"):
        read_archive("x.zip", io.BytesIO(bytes(content[:-30])))
    content[35:50] = b"\0" * 15
    with pytest.raises(ExportUnreadable, match="damaged"):
        read_archive("x.zip", io.BytesIO(bytes(content)))


def test_a_file_is_known_by_its_first_bytes_not_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat - Ana.txt"
    path.write_bytes(_archive(("_chat.txt", CHAT)).getvalue())
    assert read_file(path) == ("WhatsApp Chat - Ana.txt", CHAT)
    path.write_bytes(CHAT)
    assert read_file(path) == ("WhatsApp Chat - Ana.txt", CHAT)
    assert sorted(tmp_path.iterdir()) == [path]


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportUnreadable, match="is a folder"):
        read_file(tmp_path)
    with pytest.raises(ExportUnreadable, match="is not there"):
        read_file(tmp_path / "gone.txt")
