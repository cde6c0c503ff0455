# ruff: noqa: RUF001, E501 - words of many scripts, some of which count double
"""What WhatsApp writes into an export in place of a message, in the languages of its users. Data only; folded: no case, no final stop.

On iOS every such line is led by an invisible mark and is recognised in any language; these lists serve Android, and files that lost the mark.
"""

OMITTED = frozenset(
    line.strip()
    for line in """
    media omitted|medien ausgeschlossen|medien weggelassen|multimedia omitido|archivo omitido|mídia oculta|mídia omitida|arquivo de mídia oculto|ficheiro não revelado
    multimédia oculto|médias omis|fichier omis|media omessi|media omesso|media weggelaten|media weggelaat|без медиафайлов|файл пропущен|медіа пропущено|без файл
    без фајлови|без фајл|pominięto multimedia|pliki pominięto|média vynechány|média vynechána|médiá vynechané|medya dahil edilmedi|medya atlanmış|medya atlandı
    medier udeladt|mediefil udeladt|media utelatt|uten vedlegg|media utelämnat|media har utelämnats|media jätettiin pois|media jätetty pois|meedia välja jäetud
    meedia ära jäetud|nav iekļauta multivide|bez multivides|medija praleista|praleistas medijos turinys|média elhagyva|hiányzó médiafájl|conținut media omis
    medijski zapis izostavljen|datoteke izpuščene|medij izpuščen|медији су изостављени|εξαίρεση πολυμέσων|αρχείο παραλήφθηκε|fitxers multimèdia omesos|mitjans omesos
    media u hoq|media hequr|media buraxıldı|media çıxarılmışdır|файлдар қосылмаған|файл қосылған жоқ|fayl o‘tkazib yuborildi|media tidak disertakan
    media dikecualikan|media disingkirkan|walang kalakip na media|inalis ang media|media hazijajumuishwa|media imerukwa|bỏ qua tệp phương tiện|bỏ qua media
    ไฟล์สื่อถูกลบ|สื่อถูกลบ|ບໍ່ລວມມີເດຍ|मीडिया के बिना|मीडिया वगळण्यात आला|मीडिया वगळले|মিডিয়া বাদ দেওয়া হয়েছে|મિડિયા છોડી મૂકાયું|મીડિયા અવગણવામાં આવ્યા
    ਮੀਡੀਆ ਛੱਡਿਆ|ਮੀਡੀਆ ਛਡਿਆ ਗਿਆ|கோப்புகள் விடப்பட்டன|ஊடகங்கள் நீக்கப்பட்டது|మీడియా విస్మరించబడింది|మాధ్యమం విస్మరించబడింది|ಮಾಧ್ಯಮ ಕೈಬಿಡಲಾಗಿದೆ|മീഡിയ ഒഴിവാക്കി
    میڈیا چھوڑ دیا گیا|میڈیا ہٹا دیا گیا|رسانه حذف شد|پیوست نما/آهنگ حذف شد|تم استبعاد الوسائط|המדיה לא נכללה|המדיה הושמטה|מדיה הושמטה
    メディアなし|メディアは含まれていません|미디어 파일 제외됨|미디어 파일을 생략한 대화내용|미디어 파일을 제외한 대화내용|忽略多媒體檔|省略多媒体文件|省略多媒體檔案|媒体省略|媒體省略
    """.replace("\n", "|").split("|")
    if line.strip()
)
"""Android: the whole line between angle brackets."""

ATTACHED = frozenset(
    word.strip()
    for word in """
    file attached|datei angehängt|archivo adjunto|archivo adjuntado|arquivo anexado|ficheiro anexado|fichier joint|file allegato|bestand bijgevoegd|lêer aangeheg
    файл добавлен|файл додано|прикачен файл|прикачен фајл|прикачена датотека|plik załączony|załączony plik|soubor byl přiložen|súbor pripojený|priložena datoteka
    datoteka u privitku|dosya ekli|fil vedhæftet|vedlagt fil|bifogad fil|liitetiedosto|fail lisatud|pievienots fails|byla prisegta|fájl csatolva|fișier atașat
    skedë e ngjitur|συνημμένο αρχείο|arxiu adjunt|fayl əlavə olunub|қосымша файл|fayl biriktirildi|file terlampir|fail dilampirkan|nakalakip na file
    faili limeambatanishwa|tệp đính kèm|ไฟล์ที่แนบ|फाइल संलग्न|फाइल अटैच कर दी गई है|ફાઇલ જોડાયેલ|ফাইল সংযুক্ত হয়েছে|ఫైల్ జోడించబడినది|ಕಡತ ಸೇರಿಸಲಾಯಿತು|ഫയൽ ചേർത്തു
    ਅਟੈਚ ਕੀਤੀ ਫਾਇਲ|پیوستہ فائل|پیوست شد|الملف مرفق|קובץ מצורף|添付ファイル有り|添付ファイル|附件檔案|文件附件|파일 첨부됨
    """.replace("\n", "|").split("|")
    if word.strip()
)
"""Android: in round brackets after the name of a file."""

EDITED = frozenset(
    word.strip()
    for word in """
    this message was edited|diese nachricht wurde bearbeitet|se editó este mensaje|este mensaje fue editado|mensagem editada|esta mensagem foi editada
    esta mensagem foi modificada|ce message a été modifié|questo messaggio è stato modificato|dit bericht is bewerkt|dit bericht is aangepast|сообщение изменено
    данное сообщение изменено|це повідомлення змінено|bu mesaj düzenlendi|wiadomość edytowana|ta wiadomość została zmieniona|tato zpráva byla upravena
    pesan ini diedit|このメッセージは編集されました|此消息已编辑|此訊息已編輯|此則訊息已編輯|이 메시지는 편집되었습니다|تم تعديل هذه الرسالة|ההודעה נערכה
    यह मैसेज एडिट किया गया|tin nhắn này đã được chỉnh sửa|meddelandet har redigerats|denne beskeden er blevet redigeret|acest mesaj a fost editat
    """.replace("\n", "|").split("|")
    if word.strip()
)
"""Between angle brackets after the words that were changed."""

DELETED = frozenset(
    word.strip()
    for word in """
    this message was deleted|you deleted this message|this message was deleted by admin|diese nachricht wurde gelöscht|du hast diese nachricht gelöscht
    se eliminó este mensaje|este mensaje fue eliminado|eliminaste este mensaje|has eliminado este mensaje|esta mensagem foi apagada|você apagou esta mensagem
    mensagem apagada|apagou esta mensagem|apagaste esta mensagem|ce message a été supprimé|vous avez supprimé ce message|questo messaggio è stato eliminato
    hai eliminato questo messaggio|dit bericht is verwijderd|je hebt dit bericht verwijderd|u hebt dit bericht verwijderd|данное сообщение удалено
    сообщение удалено|вы удалили данное сообщение|вы удалили это сообщение|це повідомлення було видалено|ви видалили це повідомлення|bu mesaj silindi
    bu mesajı sildiniz|ta wiadomość została usunięta|usunięto tę wiadomość|usunąłeś tę wiadomość|tato zpráva byla smazána|tuto zprávu jste smazali
    pesan ini telah dihapus|pesan ini dihapus|anda menghapus pesan ini|anda telah menghapus pesan ini|このメッセージは削除されました|このメッセージを削除しました
    此消息已删除|您删除了此消息|您已删除此消息|此訊息已刪除|您已刪除此訊息|你已刪除這則訊息|삭제된 메시지입니다|이 메시지를 삭제했습니다|تم حذف هذه الرسالة|لقد حذفت هذه الرسالة
    حذفت هذه الرسالة|ההודעה נמחקה|מחקת הודעה זו|हटाया गया मैसेज|यह मैसेज हटाया गया था|आपने यह मैसेज हटाया|tin nhắn này đã bị xóa|bạn đã xóa tin nhắn này|bạn đã xoá tin nhắn này
    ข้อความนี้ถูกลบแล้ว|คุณได้ลบข้อความนี้|meddelandet raderades|du raderade detta meddelande|denne besked blev slettet|du slettede denne besked
    denne meldingen ble slettet|du slettet denne meldingen|tämä viesti poistettiin|poistit tämän viestin|acest mesaj a fost șters|ai șters acest mesaj
    """.replace("\n", "|").split("|")
    if word.strip()
)
"""The whole body of a message that is no more."""

KINDS = {
    "image": "image view|once|photo view|once|image photo bild foto imagen imagem fotografía immagine afbeelding изображение фото зображення görüntü resim fotoğraf obraz zdjęcie obrázek kuva billede "
    "bilde imagine kép εικόνα gambar صورة الصورة תמונה התמונה 画像 图片 圖片 이미지 사진 รูปภาพ hình|ảnh इमेज",
    "video": "video|note|message video|message video|note view|once|video video vidéo vídeo видео відео wideo videó videoklip βίντεο فيديو الفيديو סרטון הסרטון 動画 ビデオ 视频 影片 동영상 비디오 วิดีโอ वीडियो",
    "audio": "view|once|voice|message voice|message audio áudio аудио аудіо sprachnachricht ses dźwięk ljud lyd ääni zvuk hang ήχος صوت الصوت المقطع|الصوتي אודיו שמע 音声 音频 音訊 語音訊息 오디오 "
    "음성 ไฟล์เสียง tệp|âm|thanh ऑडियो",
    "sticker": "sticker figurinha autocollant стикер наклейку стікер çıkartma naklejka naklejkę samolepka tarra klistermärke klistermærke stiker ملصق الملصق מדבקה סטיקר "
    "スタンプ 贴图 貼圖 스티커 สติกเกอร์ स्टिकर",
    "gif": "gif gif-анимация gif-анімацію",
    "document": "document dokument documento документ belge asiakirja dokumentum έγγραφο dokumen مستند المستند מסמך המסמך ドキュメント 文書 文档 文件 문서 "
    "เอกสาร tài|liệu दस्तावेज़",
    "contact": "contact|card contact kontaktkarte kontakt tarjeta|de|contacto contacto cartão|de|contato cartão|do|contato contato fiche|contact scheda|contatto contatto "
    "contactkaart карточка|контакта контакт картка|контакту kişi|kartı kontaktkort بطاقة|جهة|الاتصال איש|קשר 連絡先カード 联系人名片 聯絡人名片 "
    "연락처|카드 บัตรรายชื่อ thẻ|liên|lạc कॉन्टैक्ट|कार्ड",
}
"""iOS: the words for what was left out; `|` stands for a space."""

LEFT_OUT = (
    "omitted weggelassen ausgeschlossen omitido omitida omitidos ocultado ocultada oculto oculta omesso omessa omessi esclusa omis omise retiré "
    "weggelaten пропущен пропущена пропущено dahil|edilmedi pominięto pominięty vynechán vynechána vynecháno utelämnad "
    "utelämnat udeladt utelatt jätettiin|pois jätetty|pois omisă omis elhagyva παραλείφθηκε tidak|disertakan غير|مشمولة غير|مشمول تم|استبعاد הושמט הושמטה "
    "は含まれていません は省略されました を省略 已省略 忽略 省略 생략됨 제외됨 ละเว้น ที่ละเว้น đã|bỏ|qua bỏ|qua छोड़|दिया|गया"
)
"""iOS: the words for leaving out, before or after one of the above."""

MISSING = "отсутствует відсутнє відсутня не|додано ไม่มี ถูกลบ đã|bỏ absent absente"
"""The same where people would say it so too: these count only beside the mark."""

CALLS = (
    "missed voice call|missed video call|missed group voice call|missed group video call|voice call|video call|verpasster sprachanruf|verpasster videoanruf|"
    "verpasster anruf|sprachanruf|videoanruf|llamada perdida|llamada de voz perdida|videollamada perdida|llamada de voz|videollamada|chamada de voz perdida|"
    "chamada de vídeo perdida|ligação de voz perdida|ligação de vídeo perdida|chamada de voz|chamada de vídeo|ligação de voz|ligação de vídeo|appel vocal manqué|"
    "appel vidéo manqué|appel manqué|appel vocal|appel vidéo|chiamata persa|chiamata vocale persa|videochiamata persa|chiamata vocale|videochiamata|"
    "gemiste spraakoproep|gemiste video-oproep|gemiste oproep|spraakoproep|video-oproep|пропущенный аудиозвонок|пропущенный видеозвонок|аудиозвонок|видеозвонок|"
    "cevapsız sesli arama|cevapsız görüntülü arama|sesli arama|görüntülü arama|nieodebrane połączenie głosowe|panggilan suara tak terjawab|panggilan video tak terjawab|"
    "不在着信|音声通話|ビデオ通話|未接语音通话|未接视频通话|語音通話|視訊通話|부재중 음성 통화|음성 통화|영상 통화|مكالمة صوتية فائتة|مكالمة فيديو فائتة"
)
"""The whole body, or before a comma and how long it took."""

ENCRYPTED = (
    "messages and calls are end-to-end encrypted|messages to this chat and calls are now secured|nachrichten und anrufe sind ende-zu-ende|"
    "los mensajes y las llamadas están cifrados|los mensajes y llamadas están cifrados|as mensagens e as ligações são protegidas|as mensagens e as chamadas são|"
    "as mensagens e chamadas são|les messages et les appels sont chiffrés|les messages et appels sont chiffrés|i messaggi e le chiamate sono crittografati|"
    "berichten en gesprekken worden end-to-end|сообщения и звонки защищены|повідомлення й дзвінки захищено|повідомлення та дзвінки захищено|"
    "mesajlar ve aramalar uçtan uca|wiadomości i połączenia są w pełni|zprávy a hovory jsou|správy a hovory sú|meddelanden och samtal är|"
    "beskeder og opkald er end-to-end|meldinger og samtaler er ende|viestit ja puhelut salataan|mesajele și apelurile sunt|az üzenetek és hívások végpontok|"
    "τα μηνύματα και οι κλήσεις κρυπτογραφούνται|els missatges i les trucades estan xifrats|pesan dan panggilan terenkripsi|mesej dan panggilan disulitkan|"
    "tin nhắn và cuộc gọi được mã hóa|ข้อความและการโทรได้รับการเข้ารหัส|मैसेज और कॉल एंड-टू-एंड|मैसेजेस और कॉल्स एंड-टू-एंड|মেসেজ এবং কল এন্ড-টু-এন্ড|"
    "メッセージと通話はエンドツーエンド|消息和通话都|訊息和通話|訊息已受端對端加密|메시지 및 전화는 종단간|메시지와 통화는 종단간|الرسائل والمكالمات مشفر|ההודעות והשיחות מוצפנות|"
    "הודעות ושיחות מוצפנות|پیام‌ها و تماس‌ها سرتاسر|پیامها و تماسها سرتاسر|میسجز اور کالز اینڈ"
)
"""How the notice that stands first in nearly every export begins."""

NOTICES = (
    "your security code with|ihre sicherheitsnummer|deine sicherheitsnummer|tu código de seguridad con|el código de seguridad con|seu código de segurança com|"
    "o código de segurança com|votre code de sécurité avec|il tuo codice di sicurezza con|je beveiligingscode met|this chat is with a business account|"
    "this business uses a secure service|this business works with other companies|dieser chat ist mit einem unternehmensaccount|you blocked this contact|"
    "you unblocked this contact|you turned on disappearing messages|you turned off disappearing messages|you updated the message timer"
)
"""How other notices begin that stand beside a name."""

LOCATED = (
    "live location shared|live-standort wird geteilt|ubicación en tiempo real compartida|localização em tempo real compartilhada|"
    "localisation en direct partagée|posizione in tempo reale condivisa|live-locatie gedeeld|location shared"
)
YOU = "you|du|sie|tú|usted|você|vous|tu|jij|u|вы|ви|siz|sen|ty|anda|あなた|您|你|나|أنت|אתה|bạn|คุณ|आप"
"""What some versions write in place of the phone owner's name."""
