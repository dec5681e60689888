"""What introduces a quotation, and what telephones write below a mail."""

from __future__ import annotations

from mailer.inbound.words.phrases import phrases

WROTE = phrases(
    """
    wrote | writes | sent | schrieb | schreibt | geschrieben | hat folgendes geschrieben | a écrit | écrit | écrivait
    escribió | ha escrito | escribiste | escreveu | escreveste | ha scritto | scrisse | schreef | skrev | kirjoitti
    napisał | napisała | napisał(a) | pisze | pisał | pisała | napsal | napsala | napísal | napísala | píše | írta
    ezt írta | написал | написала | пишет | пише | писал | написа | напиша | написав | написала | піша | напісаў
    έγραψε | έγραψες | yazdı | şunları yazdı | a scris | menulis | đã viết | va escriure | ha escrit | escribiu
    idatzi du | kirjutas | rašė | parašė | rakstīja | je napisao | je napisala | napisao je | napisala je | piše
    je napisal | је написао | skrifaði | shkroi | het geskryf | aliandika | ay sumulat | жазды | ysgrifennodd
    """
)
"""Verbs that stand as words of their own."""

WROTE_UNSPACED = phrases(
    """
    写道 | 寫道 | 写到 | のメール | は書きました | さんは書きました | のメッセージ | 님이 작성
    작성: | 님이 쓴 글 | 님의 말
    เขียนว่า | เขียน: | كتب | כתב | מאת | نوشت | ने लिखा | დაწერა | წერს | գրել է | գրեց
    """
)
"""The same in scripts that put no space around the word."""

BEGINNINGS = phrases(
    """
    On | Am | Le | El | Em | Il giorno | Il | Op | Den | På | Dňa | Dne | Dnia | W dniu | Vào | V
    U | La | În data de
    Pe | Dana | Ngày | Pada | El dia | O dia | Në | Ar | Στις | На | В | Data | Kl
    """
)
"""How an attribution begins before its date, where it does not begin with a name or the date itself."""

DIVIDERS = phrases(
    """
    original message | original mail | original email | original e-mail | original text | reply message
    previous message | message from | originalnachricht | original-nachricht | originalmeldung
    ursprüngliche nachricht | ursprüngliche mail | antwort nachricht | originalmail | message d'origine
    message d’origine | message original | message initial | courriel original | mensaje original | mensagem original
    mensaje de origen | messaggio originale | messaggio di origine | oorspronkelijk bericht | oorspronkelijke bericht
    ursprungligt meddelande | originalmeddelande | oprindelig meddelelse | opprinnelig melding
    alkuperäinen viesti | wiadomość oryginalna | oryginalna wiadomość | wiadomość pierwotna | původní zpráva
    původní e-mail | pôvodná správa | eredeti üzenet | mesaj original | mesajul original | orijinal mesaj
    özgün ileti | özgün mesaj | исходное сообщение | оригинальное сообщение | первоначальное сообщение
    исходящее сообщение | вихідне повідомлення | оригінальне повідомлення | оригинално съобщение
    αρχικό μήνυμα | πρωτότυπο μήνυμα | izvorna poruka | originalna poruka | izvirno sporočilo | missatge original
    algkiri | sākotnējais ziņojums | originalus laiškas | pradinis laiškas | 原始邮件 | 原邮件 | 原始郵件 | 原始信件
    回复的原邮件 | 元のメッセージ | オリジナルメッセージ | 원본 메시지 | 원본메시지 | 원본 메일 | 원본 이메일
    הודעה מקורית | הודעה המקורית | الرسالة الأصلية | رسالة أصلية | پیام اصلی | tin nhắn gốc | thư gốc | pesan asli
    mesej asal | ข้อความต้นฉบับ | ข้อความเดิม
    """
)
"""What stands between dashes above a mail that a reply quotes."""

FORWARDS = phrases(
    """
    forwarded message | forwarded mail | forwarded email | forwarded e-mail | forwarded by | begin forwarded message
    start of forwarded message | weitergeleitete nachricht | weitergeleitete mail | weitergeleitet von
    anfang der weitergeleiteten nachricht | anfang der weitergeleiteten e-mail | message transféré | message transmis
    message réexpédié | courriel transféré | début du message réexpédié | début du message transféré
    mensaje reenviado | inicio del mensaje reenviado | mensagem encaminhada | mensagem reencaminhada
    início da mensagem encaminhada | início da mensagem reencaminhada | messaggio inoltrato
    inizio messaggio inoltrato | doorgestuurd bericht | begin doorgestuurd bericht | vidarebefordrat meddelande
    vidarebefordrat brev | vidarebefordrat mejl | videresendt meddelelse | videresendt besked | videresendt e-mail
    videresendt melding | edelleenlähetetty viesti | välitetty viesti | wiadomość przekazana
    przekazana wiadomość | wiadomość przesłana dalej | przeposlaná zpráva | přeposlaná zpráva | preposlaná správa
    továbbított üzenet | mesaj redirecționat | mesaj redirectionat | iletilmiş mesaj | yönlendirilen ileti
    iletilen ileti | пересылаемое сообщение | пересланное сообщение | перенаправленное сообщение
    начало переадресованного сообщения | начало пересылаемого сообщения | конец переадресованного сообщения
    переслане повідомлення | препратено съобщение | προωθημένο μήνυμα | proslijeđena poruka | prosleđena poruka
    posredovano sporočilo | missatge reenviat | missatge remès | edastatud kiri | pārsūtīts ziņojums
    persiųstas laiškas | 转发邮件信息 | 转发邮件 | 转发的邮件 | 转发的信件 | 轉寄郵件 | 轉寄的郵件
    轉寄信件 | 已轉寄的郵件
    下面是被转发的邮件 | 开始转发的邮件 | 転送メッセージ | 転送されたメッセージ | 転送メール
    전달된 메시지 | 전달된 메일
    전달 메시지 | 전달된 메시지 시작 | הודעה שהועברה | رسالة معاد توجيهها | الرسالة المعاد توجيهها
    پیام باز ارسال شده
    thư chuyển tiếp | tin nhắn đã chuyển tiếp | pesan terusan | pesan yang diteruskan | mesej yang dimajukan
    ข้อความที่ส่งต่อ
    """
)
"""What introduces a mail that the writer passes on."""

_FROM = phrases(
    """
    from | von | de | da | van | från | fra | od | lähettäjä | kimden | gönderen | feladó | kohteesta | expéditeur
    remitente | remetente | mittente | от | від | от кого | 发件人 | 發件人 | 寄件者 | 寄件人
    差出人 | 送信者 | 보낸사람
    보낸 사람 | 발신 | gửi | từ | dari | saatja | nuo | no | de la | expeditor | odosielateľ | odesílatel | nadawca
    avsender | afsender | kelleltä | από | מאת | من | از | จาก | nga | pošiljatelj | šalje | igorlea
    """
)
_DATE = phrases(
    """
    date | sent | sent on | date sent | datum | gesendet | gesendet am | envoyé | envoyé le | enviado | enviado el
    enviado em | enviada | enviada em | inviato | data invio | verzonden | verzonden op | skickat | skickat den
    sendt | lähetetty | wysłane | wysłano | odesláno | odoslané | gönderildi | gönderme tarihi | gönderilme tarihi
    küldve | küldés ideje | dato | fecha | data | päivämäärä | päiväys | дата | отправлено | дата отправки
    надіслано | изпратено | ημερομηνία | στάλθηκε | εστάλη | 发送时间 | 发送日期 | 发件时间 | 日期 | 时间 | 傳送日期
    寄件日期 | 寄送日期 | 送信日時 | 日時 | 送信日 | 보낸날짜 | 보낸 날짜 | 날짜 | 보낸시간
    enviadoel | tarih | dátum
    trimis | ngày | đã gửi | tanggal | dikirim | kuupäev | saadetud | išsiųsta | nosūtīts | datums | poslano
    enviat | תאריך | נשלח | التاريخ | تاريخ الإرسال | أرسلت | تاریخ | ส่ง | วันที่ | data e ora
    """
)
_TO = phrases(
    """
    to | an | à | para | a | aan | till | til | do | komu | кому | до | προς | kime | alıcı | címzett | vastaanottaja
    收件人 | 收件者 | 宛先 | 받는사람 | 받는 사람 | 수신 | destinataire | destinatario
    destinatário | tới | đến | kepada
    către | catre | za | prima | adressat | saaja | kam | до кого | на | per a | אל | لـ | إلى | الى | به | ถึง | per
    """
)
_SUBJECT = phrases(
    """
    subject | betreff | objet | sujet | asunto | assunto | oggetto | onderwerp | ämne | emne | aihe | temat | předmět
    predmet | konu | tárgy | тема | θέμα | 主题 | 主旨 | 主題 | 件名 | 제목 | chủđề | chủ đề
    tiêu đề | subiect | subjek
    perihal | judul | teema | tema | naslov | assumpte | נושא | الموضوع | موضوع | เรื่อง | ชื่อเรื่อง | gaia
    """
)
LABELS = {
    "".join(label.split()): kind
    for kind, labels in {"from": _FROM, "date": _DATE, "to": _TO, "subject": _SUBJECT}.items()
    for label in labels
}
"""Labels, without spaces, of the header block that Outlook and others put above a quoted mail."""

MOBILE_SIGNATURES = phrases(
    """
    sent from my | sent from yahoo mail | sent from outlook | sent from mail for windows | sent from proton
    sent with proton | sent with [proton | sent via | sent on the go | get outlook for | sent using
    sent from samsung | von meinem | gesendet von | gesendet mit | gesendet aus
    diese nachricht wurde von meinem | outlook für | outlook for | holen sie sich outlook | envoyé de mon
    envoyé depuis | envoyé à partir de | télécharger outlook | obtenez outlook | obtenir outlook | enviado desde
    enviado do meu | enviado do | enviado a partir do | obtener outlook | obter o outlook | inviato da
    scarica outlook | ottieni outlook | verzonden vanaf | verstuurd vanaf | outlook voor | skickat från
    sendt fra | lähetetty | wysłane z | wysłano z | odesláno z | iphone'umdan gönderildi | отправлено с
    отправлено из | надіслано з | скачать outlook | iphoneから送信 | ipadから送信 | 从我的 | 发自我的 | 發自我的
    從我的 | 获取 outlook | 나의 iphone에서 보냄
    """
)
"""How the lines begin that telephones and mail services add."""
