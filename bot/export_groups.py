# ruff: noqa: RUF001, E501 - words of many scripts, some of which count double
"""How WhatsApp tells that a chat is a group: who made it, who came, who left, what it is called. Pure.

A group in which one other person writes has two names only, like a chat between two people; what WhatsApp itself says about its members tells them apart.
"""

import re

from bot.export_dates import MARKS

_MADE = (
    "created group|created this group|created the group|hat die gruppe .{0,80}erstellt|hat diese gruppe erstellt|hast diese gruppe erstellt|hast die gruppe .{0,80}erstellt"
    "|creó el grupo|creó este grupo|creaste el grupo|creaste este grupo|criou o grupo|criou este grupo|criou esse grupo|criaste o grupo"
    "|créé le groupe|créé ce groupe|creato il gruppo|creato questo gruppo|groep .{0,80}gemaakt|groep .{0,80}aangemaakt"
    "|создал(?:\\(?-?а?\\)?)? (?:эту )?группу|создали (?:эту )?группу|створи(?:в|ла|в\\(ла\\)|ли) (?:цю )?групу"
    "|grubunu oluştur|bu grubu oluştur|utworzył(?:a|\\(a\\)|eś|aś)? (?:tę )?grupę|vytvořil(?:a|\\(a\\))? (?:tuto )?skupinu"
    "|skapade gruppen|skapade den här gruppen|oprettede gruppen|oprettede denne gruppe|opprettet gruppen|opprettet denne gruppen|loi ryhmän|loit ryhmän"
    "|creat grupul|creat acest grup|létrehozta a .{0,80}csoportot|δημιούργησε την ομάδα|δημιούργησε αυτήν την ομάδα"
    "|membuat grup|mencipta kumpulan|telah membuat kumpulan|đã tạo nhóm|สร้างกลุ่ม|ने (?:यह )?ग्रुप|ने समूह"
    "|グループ.{0,80}を作成|创建了(?:群|此群|群组)|建立了(?:群|此群|群組)|그룹.{0,80}만들|أنشأت? (?:.{1,60} )?(?:هذه )?المجموعة"
    "|יצר(?:ה|ת)? את הקבוצה|יצר(?:ה|ת)? קבוצה"
)
_CAME = (
    "added you|were added|was added|[^:]{1,60} added [^:]{1,80}|joined (?:using|from|via) .{1,60}|you joined|[^:]{1,60} joined"
    "|hat dich hinzugefügt|hat .{1,80} hinzugefügt|hast .{1,80} hinzugefügt|wurdest hinzugefügt|wurde hinzugefügt|ist .{0,40}(?:einladungslink|gruppenlink).{0,40} beigetreten"
    "|te añadió|te agregó|(?:añadió|agregó|añadiste|agregaste) a .{1,80}|se unió (?:usando|con|mediante|al grupo).{0,80}"
    "|adicionou você|adicionou-te|te adicionou|(?:adicionou|adicionaste) .{1,80}|entrou (?:usando|com|através).{0,80}"
    "|vous a ajouté.{0,20}|(?:a|avez) ajouté .{1,80}|a rejoint .{0,80}|ti ha aggiunto|(?:ha|hai) aggiunto .{1,80}|si è unit[oa] .{0,80}"
    "|heeft (?:je|u|jou) toegevoegd|(?:heeft|hebt) .{1,80} toegevoegd|добавил(?:\\(?-?а?\\)?)? .{1,80}|дода(?:в|ла|в\\(ла\\)) .{1,80}"
    "|sizi ekledi|.{1,80} (?:kişisini |adlı kişiyi )?ekledi|dodał(?:a|\\(a\\))? .{1,80}|vás přidal(?:a|\\(a\\))?|přidal(?:a|\\(a\\))? .{1,80}"
    "|lade till .{1,80}|tilføjede .{1,80}|la til .{1,80}|lisäsi .{1,80}|te-a adăugat|a adăugat.{1,80}|hozzáadta.{0,80}|πρόσθεσε .{1,80}"
    "|menambahkan .{1,80}|telah menambah .{1,80}|đã thêm .{1,80}|เพิ่ม.{1,80}|ने .{1,80} जोड़ा|を追加しました|(?:添加|加入|新增)了.{1,80}|.{1,80}님을 추가.{0,20}|أضافت?ك(?: .{1,80})?|أضافت? .{1,80}|הוסי(?:ף|פה) .{1,80}"
)
_LEFT = (
    "[^:]{1,60} left|you left|[^:]{1,60} removed [^:]{1,80}|hat die gruppe verlassen|hast die gruppe verlassen|hat .{1,80} entfernt|salió del grupo|saliste del grupo|[^:]{1,60} salió"
    "|eliminó a .{1,80}|saiu do grupo|[^:]{1,60} saiu|removeu .{1,80}|a quitté(?: le groupe)?|avez quitté(?: le groupe)?|ha abbandonato(?: il gruppo)?|è uscit[oa]"
    "|heeft de groep verlaten|покинул(?:\\(?-?а?\\)?)? группу|вы(?:шел|шла|шел\\(-шла\\)|шел\\(а\\))(?: из группы)?|ви(?:йшов|йшла|йшов\\(ла\\))(?: з групи)?"
    "|gruptan ayrıldı|[^:]{1,60} ayrıldı|opuścił(?:a|\\(a\\))? (?:tę )?grupę|opustil(?:a|\\(a\\))? skupinu|lämnade(?: gruppen)?|forlod(?: gruppen)?|forlot(?: gruppen)?|poistui(?: ryhmästä)?"
    "|a ieșit(?: din grup)?|a părăsit grupul|kilépett(?: a csoportból)?|αποχώρησε|keluar dari grup|[^:]{1,60} keluar|telah keluar|đã rời.{0,20}|ออกจากกลุ่ม|ने ग्रुप छोड़.{0,20}"
    "|が退出しました|グループを退出.{0,20}|退出了?(?:群|本群|群组|群組).{0,10}|已退出|님이 나갔습니다|غادر(?:ت)?(?: المجموعة)?|עזב(?:ה)?(?: את הקבוצה)?"
)
_CALLED = (
    "changed the subject|changed the group|changed this group|changed to this group|now an admin|no longer an admin|hat den (?:betreff|gruppennamen)|(?:gruppenbild|gruppensymbol|gruppenbeschreibung|gruppeneinstellungen) "
    "|cambió el (?:asunto|nombre del grupo)|cambió (?:el ícono|la imagen|la descripción) d|(?:mudou|alterou) o (?:assunto|nome do grupo)|(?:mudou|alterou) a (?:imagem|descrição) d"
    "|(?:changé|modifié) (?:le sujet|l'objet|le nom du groupe|l'icône|l'icone|la description)|cambiato (?:l'oggetto|il nome del gruppo|l'immagine|la descrizione)"
    "|(?:het onderwerp|de groepsnaam|de groepsafbeelding|de groepsbeschrijving|het groepspictogram) |изменил(?:\\(?-?а?\\)?)? (?:тему|название группы|иконку группы|картинку группы|описание группы)"
    "|зміни(?:в|ла|в\\(ла\\)) (?:тему|назву групи|іконку групи|опис групи)|(?:konuyu|grup adını|grubun simgesini|grup açıklamasını|grup simgesini) "
    "|zmienił(?:a|\\(a\\))? (?:temat|nazwę grupy|ikonę|opis grupy)|změnil(?:a|\\(a\\))? (?:předmět|název skupiny)|ändrade (?:ämnet|gruppnamnet|gruppens)|ændrede (?:emnet|gruppenavnet|gruppens)"
    "|endret (?:emnet|gruppenavnet|gruppens)|(?:a schimbat|a modificat) (?:subiectul|numele grupului|pictograma)|(?:mengubah|menukar) (?:subjek|subyek|nama grup|ikon grup|nama kumpulan|deskripsi grup)"
    "|đã (?:đổi|thay đổi) (?:tên nhóm|chủ đề|biểu tượng nhóm)|グループ名を|件名を|グループアイコンを|(?:更改|修改|变更|變更)了(?:群|此群|本群|群组|群組|主题|主旨)|그룹 (?:이름|제목|사진|아이콘)을"
    "|غيّر(?:ت)? (?:الموضوع|اسم المجموعة|صورة المجموعة)|قام بتغيير (?:الموضوع|اسم المجموعة)|שינ(?:ה|תה) את (?:נושא|שם הקבוצה|תמונת הקבוצה)"
)
_ANYWHERE = re.compile(f"{_MADE}|{_CALLED}")
_AT_THE_END = re.compile(f"(?:.*[\\s\u3040-\uffdc])?(?:{_CAME}|{_LEFT})", re.DOTALL)
_LONGEST = 200
_NO_MARKS = dict.fromkeys(map(ord, MARKS))


def of_a_group(notice: str) -> bool:
    """Whether something WhatsApp itself wrote can stand in a group only."""
    said = " ".join(notice.translate(_NO_MARKS).casefold().split()).rstrip(".。।")
    return len(said) <= _LONGEST and bool(_ANYWHERE.search(said) or _AT_THE_END.fullmatch(said))
