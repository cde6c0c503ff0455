import pytest

from bot.export_bodies import read_body
from bot.messages import Kind
from tests.export_formats import LTR

BODIES = (
    ("Android, without media", "<Media omitted>", Kind.MEDIA, "<media>"),
    ("the same in German", "<Medien ausgeschlossen>", Kind.MEDIA, "<media>"),
    ("the same in Arabic", "<تم استبعاد الوسائط>", Kind.MEDIA, "<media>"),
    ("the same in Japanese", "<メディアなし>", Kind.MEDIA, "<media>"),
    ("a caption follows on the next line", "<Media omitted>\nthe signed contract", Kind.TEXT, "the signed contract"),
    ("Android, with media", "IMG-20260403-WA0007.jpg (file attached)", Kind.MEDIA, "<image>"),
    ("newer Android marks the name", f"{LTR}PTT-20260403-WA0001.opus (file attached)", Kind.MEDIA, "<audio>"),
    ("the same in Spanish", "VID-20260403-WA0001.mp4 (archivo adjunto)", Kind.MEDIA, "<video>"),
    ("a sticker", "STK-20260403-WA0001.webp (Datei angehängt)", Kind.MEDIA, "<sticker>"),
    ("a document keeps its name", "Offer Northgate.pdf (fichier joint)", Kind.MEDIA, "<document> Offer Northgate.pdf"),
    ("a contact", "Bob Müller.vcf (file attached)", Kind.MEDIA, "<contact> Bob Müller"),
    ("a caption on Android", "IMG-20260403-WA0007.jpg (file attached)\nour stand", Kind.TEXT, "our stand"),
    ("somebody's own brackets are words", "I read report.pdf (all of it)", Kind.TEXT, "I read report.pdf (all of it)"),
    ("iOS, with media", f"{LTR}<attached: 00000012-PHOTO-2026-04-03-10-11-12.jpg>", Kind.MEDIA, "<image>"),
    ("the same in German", f"{LTR}<Anhang: 00000013-AUDIO-2026-04-03-10-11-12.opus>", Kind.MEDIA, "<audio>"),
    ("an animation on iOS", f"{LTR}<attached: 00000014-GIF-2026-04-03-10-11-12.mp4>", Kind.MEDIA, "<gif>"),
    ("a document on iOS", f"Offer.pdf • {LTR}2 pages {LTR}<attached: 00000015-Offer.pdf>", Kind.MEDIA, "<document> Offer.pdf"),
    ("a caption before the file, newer iOS", f"our stand in hall 3 {LTR}<attached: 00000016-PHOTO-2026-04-03-10-11-12.jpg>", Kind.TEXT, "our stand in hall 3"),
    ("iOS, without media", f"{LTR}image omitted", Kind.MEDIA, "<image>"),
    ("the same without its mark", "image omitted", Kind.MEDIA, "<image>"),
    ("a document on iOS, without media", f"Offer.pdf • {LTR}2 pages {LTR}document omitted", Kind.MEDIA, "<document> Offer.pdf"),
    ("the same in Portuguese", f"Offer.pdf • {LTR}2 páginas {LTR}documento omitido", Kind.MEDIA, "<document> Offer.pdf"),
    ("an image in Portuguese", f"{LTR}imagem ocultada", Kind.MEDIA, "<image>"),
    ("a voice message in German", f"{LTR}Audio weggelassen", Kind.MEDIA, "<audio>"),
    ("a contact in Spanish", f"{LTR}Tarjeta de contacto omitida", Kind.MEDIA, "<contact>"),
    ("a video in French", f"{LTR}vidéo absente", Kind.MEDIA, "<video>"),
    ("an image in Japanese", f"{LTR}画像は含まれていません", Kind.MEDIA, "<image>"),
    ("an image in Vietnamese", f"{LTR}đã bỏ qua hình ảnh", Kind.MEDIA, "<image>"),
    ("an image in Thai", f"{LTR}ไม่มีรูปภาพ", Kind.MEDIA, "<image>"),
    ("a Thai person says the same", "ไม่มีรูปภาพ", Kind.TEXT, "ไม่มีรูปภาพ"),
    ("a video message", f"{LTR}Video note omitted", Kind.MEDIA, "<video>"),
    ("a language nobody listed", f"{LTR}irudia baztertuta", Kind.MEDIA, "irudia baztertuta"),
    ("a marked number is somebody's number", f"{LTR}+1 202 555 0101", Kind.TEXT, "+1 202 555 0101"),
    ("seen once only", "", Kind.MEDIA, "<media>"),
    ("what the exporter does not know", "null", Kind.MEDIA, "<media>"),
    ("a location on Android", "location: https://maps.google.com/?q=52.5,13.4", Kind.MEDIA, "<location> https://maps.google.com/?q=52.5,13.4"),
    (
        "a location on iOS in Ukrainian",
        f"{LTR}Розташування: https://maps.google.com/?q=52.5,13.4",
        Kind.MEDIA,
        "<location> https://maps.google.com/?q=52.5,13.4",
    ),
    ("a live location", "live location shared", Kind.MEDIA, "<location>"),
    (
        "a poll keeps its words",
        f"{LTR}POLL:\nWhich day?\n{LTR}OPTION: Monday ({LTR}1 vote)",
        Kind.TEXT,
        f"POLL:\nWhich day?\n{LTR}OPTION: Monday ({LTR}1 vote)",
    ),
    ("edited, Android", "Council meets on 4 November <This message was edited>", Kind.TEXT, "Council meets on 4 November"),
    ("edited, iOS", f"Council meets {LTR}<This message was edited>", Kind.TEXT, "Council meets"),
    ("edited in Spanish", "palabra de librera <Se editó este mensaje.>", Kind.TEXT, "palabra de librera"),
    ("edited in a language nobody listed", f"bai, noski {LTR}<Mezu hau editatu da>", Kind.TEXT, "bai, noski"),
    ("somebody's own angle brackets", "press <Enter>", Kind.TEXT, "press <Enter>"),
    ("deleted", "This message was deleted", Kind.SYSTEM, "This message was deleted"),
    ("deleted, iOS", f"{LTR}You deleted this message.", Kind.SYSTEM, "You deleted this message."),
    ("deleted in Russian", "Данное сообщение удалено", Kind.SYSTEM, "Данное сообщение удалено"),
    ("about deleting", "This message was deleted by mistake, sorry", Kind.TEXT, "This message was deleted by mistake, sorry"),
    ("a missed call", f"{LTR}Missed voice call", Kind.SYSTEM, "Missed voice call"),
    ("a call and its length", f"{LTR}Voice call, {LTR}4 min", Kind.SYSTEM, f"Voice call, {LTR}4 min"),
    ("about a call", "voice call tomorrow at 10?", Kind.TEXT, "voice call tomorrow at 10?"),
    (
        "the notice iOS puts beside a name",
        f"{LTR}Messages and calls are end-to-end encrypted. Learn more.",
        Kind.SYSTEM,
        "Messages and calls are end-to-end encrypted. Learn more.",
    ),
    ("a customer who asks about it", "Are messages end-to-end encrypted with you?", Kind.TEXT, "Are messages end-to-end encrypted with you?"),
)


@pytest.mark.parametrize(("reason", "written", "kind", "text"), BODIES, ids=lambda value: value if isinstance(value, str) and len(value) < 50 else "")
def test_what_stands_after_a_name_is_words_a_file_or_whatsapps_own(reason: str, written: str, kind: Kind, text: str) -> None:
    body = read_body(written)
    assert (body.kind, body.text) == (kind, text), reason
