from pathlib import Path

import pytest

from bot.export_dates import read_head
from bot.exports import decoded, read_export
from bot.messages import Kind
from tests.export_formats import LTR

FILES = Path(__file__).parent / "exports"
DEMO = Path(__file__).parents[1] / "bot" / "demo_data"
NOTICE = "Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt. Nur Personen in diesem Chat können sie lesen, anhören oder teilen."
FILED: dict[str, list[tuple[int, str, str, Kind, str]]] = {
    "android_colombia_utf16.txt": [
        (1, "03 11:58", "", Kind.SYSTEM, "Los mensajes y las llamadas están cifrados de extremo a extremo. Obtén más información."),
        (2, "03 11:58", "Paco", Kind.TEXT, "¿Cuánto cuesta?"),
        (3, "03 12:03", "Gonzalo Prieto", Kind.TEXT, "La lista de precios"),
        (5, "25 00:00", "Paco", Kind.MEDIA, "<media>"),
        (6, "25 00:01", "Paco", Kind.TEXT, "Listo"),
    ],
    "android_korean.txt": [
        (1, "03 09:58", "", Kind.SYSTEM, "메시지와 통화는 종단간 암호화됩니다. 이 채팅에 참여한 사람만 읽을 수 있습니다."),
        (2, "03 09:58", "김민서", Kind.TEXT, "견적을 받을 수 있을까요?"),
        (3, "03 12:05", "Jonas Brandt", Kind.TEXT, "네, 오후 3:00까지 보내겠습니다"),
        (4, "03 12:05", "Jonas Brandt", Kind.MEDIA, "<document> 견적서.pdf"),
        (5, "15 00:10", "김민서", Kind.TEXT, "감사합니다 : 검토하겠습니다"),
    ],
    "ios_arabic.txt": [
        (1, "03 09:05", "ليلى حداد", Kind.SYSTEM, "الرسائل والمكالمات مشفرة تمامًا بين الطرفين."),
        (2, "03 09:05", "ليلى حداد", Kind.TEXT, "صباح الخير، السعر مرتفع"),
        (3, "03 12:40", "Omar Saleh", Kind.TEXT, "نرسل العرض غدًا: 5٪ خصم"),
        (4, "21 23:59", "ليلى حداد", Kind.MEDIA, "<image>"),
    ],
    "ios_german_with_media.txt": [
        (1, "02 09:14", "Katrin Bösch", Kind.SYSTEM, NOTICE),
        (2, "02 09:14", "Katrin Bösch", Kind.TEXT, "Guten Morgen, anbei die Maße:\nBreite: 2,40 m\nHöhe: 1,10 m"),
        (5, "02 09:15", "Katrin Bösch", Kind.MEDIA, "<image>"),
        (6, "02 09:40", "Dieter Voss", Kind.MEDIA, "<document> Angebot 4711.pdf"),
        (7, "02 09:41", "Dieter Voss", Kind.TEXT, "5.640 € im Jahr"),
        (8, "14 18:02", "Katrin Bösch", Kind.SYSTEM, "Verpasster Sprachanruf"),
        (9, "14 18:03", "Katrin Bösch", Kind.MEDIA, "<audio>"),
        (10, "15 08:00", "Dieter Voss", Kind.SYSTEM, "Du hast diese Nachricht gelöscht."),
    ],
    "ios_thai_calendar.txt": [
        (1, "03 14:56", "Somchai", Kind.SYSTEM, "Messages and calls are end-to-end encrypted. Only people in this chat can read, listen to, or share them."),
        (2, "03 14:56", "Somchai", Kind.TEXT, "Hello, price for 40 seats please"),
        (3, "03 14:58", "Mali W.", Kind.MEDIA, "<location> https://maps.google.com/?q=13.7563,100.5018"),
        (4, "27 21:50", "Mali W.", Kind.MEDIA, "<document> Offer.pdf"),
        (5, "27 21:51", "Somchai", Kind.TEXT, f"POLL:\nWhich day?\n{LTR}OPTION: Monday ({LTR}1 vote)"),
    ],
}


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.glob("*.txt")))
def test_files_are_read_byte_by_byte_as_phones_write_them(name: str) -> None:
    export = read_export(name, (FILES / name).read_bytes())
    assert [(one.line, f"{one.sent_at:%d %H:%M}", one.sender, one.kind, one.text) for one in export.messages] == FILED[name]
    assert not export.ambiguous_dates
    assert not export.unread


@pytest.mark.parametrize("file", sorted(DEMO.glob("*/*.txt")), ids=lambda file: file.stem)
def test_no_line_of_the_demo_is_lost(file: Path) -> None:
    content = file.read_bytes()
    export = read_export(file.name, content)
    text = decoded(content)
    kept = "\n".join(message.text for message in export.messages)
    for line in (one for one in text.split("\n") if one.strip()):
        head = read_head(line)
        assert head is not None or line.strip() in kept
    assert len(export.messages) == sum(read_head(line) is not None for line in text.split("\n"))
    assert len(export.participants) == 2
    assert not export.unread
    assert not export.ambiguous_dates
    assert export.title in export.participants
