# ruff: noqa: RUF001, E501 - words of many scripts, some of which count double
"""A group in which one other person writes is told from a chat between two by what WhatsApp says about it."""

import pytest

from bot import export_phrases as phrases
from bot.export_groups import of_a_group
from bot.exports import read_export

NOTICES = (
    "Maria Lopez created group “Fair 2026”", 'You created group "Fair 2026"', "Maria created this group", "Maria added you", "Maria added Ada Example",
    "Maria left", "You were added", "Maria changed the subject from “Fair” to “Fair 2026”", "Maria changed this group's icon", "Maria changed the group description",
    "Ada joined using this group's invite link", "You're now an admin", "Maria removed Ada", "Maria changed the group name to “Fair”",
    "Katrin hat die Gruppe „Messe“ erstellt", "Katrin hat dich hinzugefügt.", "Katrin hat Dieter hinzugefügt", "Du hast die Gruppe „Messe“ erstellt",
    "Katrin hat die Gruppe verlassen", "Katrin hat den Betreff von „Messe“ zu „Messe 2026“ geändert", "Katrin hat das Gruppenbild geändert",
    'María creó el grupo "Feria"', "María te añadió", "María te agregó", "María añadió a Pedro", "María salió del grupo", 'María cambió el asunto a "Feria"',
    'Ana criou o grupo "Feira"', "Ana adicionou você", "Ana adicionou Pedro", "Ana saiu", "Ana mudou o nome do grupo", "Luc a créé le groupe « Salon »",
    "Luc vous a ajouté(e)", "Luc a ajouté Marie", "Luc a quitté le groupe", "Luc a modifié le sujet", 'Paolo ha creato il gruppo "Fiera"', "Paolo ti ha aggiunto",
    "Paolo ha abbandonato", "Jan heeft de groep ‘Beurs’ gemaakt", "Jan heeft je toegevoegd", "Jan heeft de groep verlaten", "Анна создал(а) группу «Ярмарка»",
    "Анна добавил(-а) вас", "Анна покинул(а) группу", "Анна изменил(а) тему", "Олена створив(ла) групу «Ярмарок»", "Олена додав(ла) вас",
    'Ayşe, "Fuar" grubunu oluşturdu', "Ayşe sizi ekledi", "Ayşe ayrıldı", "Ewa utworzył(a) grupę „Targi”", "Ewa dodał(a) cię", "Eva vytvořil(a) skupinu",
    "Ewa zmienił(a) temat", "Anna skapade gruppen", "Anna lade till dig", "Anna oprettede gruppen", "Anna tilføjede dig", "Anna opprettet gruppen", "Anna la til deg",
    "Anna loi ryhmän", "Ana a creat grupul", "Ana te-a adăugat", 'Siti membuat grup "Pameran"', "Siti menambahkan Anda", "Siti keluar", 'Lan đã tạo nhóm "Hội chợ"',
    "Lan đã thêm bạn", "山田さんがグループ「展示会」を作成しました", "山田さんがあなたを追加しました", "王伟创建了群组“展会”", "王伟添加了你", "김민서님이 '박람회' 그룹을 만들었습니다",
    "김민서님이 나갔습니다", "أنشأت ليلى المجموعة", "أنشأ المجموعة", "أضافك عمر", "יצר את הקבוצה", "נועה הוסיפה אותך", "आशा ने ग्रुप बनाया", "आशा ने आपको जोड़ा",
)  # fmt: skip


@pytest.mark.parametrize("notice", NOTICES)
def test_what_is_said_in_groups_only_is_known(notice: str) -> None:
    assert of_a_group(notice)


def test_nothing_that_is_said_between_two_people_is_taken_for_a_group() -> None:
    between_two = [*phrases.DELETED, *phrases.OMITTED, *phrases.CALLS.split("|"), *phrases.ENCRYPTED.split("|"), *phrases.NOTICES.split("|")]
    between_two += [*phrases.ATTACHED, *phrases.EDITED, *phrases.LOCATED.split("|")]
    between_two += [
        "Ana changed their phone number to a new number. Tap to message or add the new number.", "Your security code with Ana changed. Tap to learn more.",
        "Ana turned on disappearing messages. New messages will disappear from this chat 7 days after they're sent.", "Ana is a contact", "Ana pinned a message",
        "You blocked this contact. Tap to unblock.", "This business is now using a secure service from Meta to manage this chat.",
        "Katrin hat die Telefonnummer geändert", "María cambió su número de teléfono", "Luc a changé de numéro de téléphone", "Waiting for this message",
    ]  # fmt: skip
    assert [one for one in between_two if of_a_group(one)] == []


@pytest.mark.parametrize(
    "lines",
    [
        ("25/04/2026, 10:00 - Maria created group “Fair”", "25/04/2026, 10:01 - Maria: hi", "25/04/2026, 10:02 - Ada: hello"),
        ("25/04/2026, 10:00 - Maria: hi", "25/04/2026, 10:02 - Ada: hello", "25/04/2026, 10:03 - Maria added Eve", ""),
        ("[25.04.26, 10:00:00] Fair: \u200eMaria created this group", "[25.04.26, 10:01:00] Maria: hi"),
        ("[25.04.26, 10:01:00] Maria: hi", "[25.04.26, 10:01:00] Maria: \u200eMaria added you"),
    ],
)
def test_a_group_with_one_other_writer_is_a_group(lines: tuple[str, ...]) -> None:
    assert read_export("WhatsApp Chat with Fair.txt", "\n".join(lines).encode()).group


@pytest.mark.parametrize("said", ["I added you to the list", "Maria created group tickets", "Anna left", "we joined"])
def test_what_people_say_themselves_makes_no_group(said: str) -> None:
    lines = (f"25/04/2026, 10:00 - Maria: {said}", "25/04/2026, 10:01 - Ada: hello\nMaria added you", f"[25.04.26, 10:01:00] Ada: {said}")
    assert not read_export("WhatsApp Chat with Maria.txt", "\n".join(lines).encode()).group
