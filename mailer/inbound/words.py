"""Phrases by which the text of mail clients and machines is recognised, in many languages. Data only.

All are in lower case. New ones are added here and nowhere else.
"""

from __future__ import annotations


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for line in text.strip().split("\n") for phrase in line.split("|"))


# --- What introduces a quotation ---

WROTE = _phrases(
    """
    wrote | writes | schrieb | schreibt | geschrieben | a écrit | écrit | escribió | escreveu | ha scritto
    scrisse | schreef | skrev | kirjoitti | napisał | napisała | napsal | napsala | napísal | írta | написал
    написала | пишет | пише | писал | написа | έγραψε | yazdı | a scris | menulis | đã viết | va escriure
    kirjutas | rašė | rakstīja | je napisao | je napisal
    """
)
"""Verbs that stand as words of their own."""

WROTE_UNSPACED = _phrases(
    """
    写道 | 寫道 | のメール | は書きました | さんは書きました | 님이 작성 | 작성: | เขียนว่า | كتب | כתב | מאת
    """
)
"""The same in scripts that put no space around the word."""

_FROM = _phrases(
    """
    from | von | de | da | van | från | fra | od | lähettäjä | kimden | feladó | kohteesta | expéditeur
    remitente | remetente | mittente | от | від | από | 发件人 | 寄件者 | 寄件人 | 差出人 | 送信者 | 보낸사람
    gửi
    """
)
_DATE = _phrases(
    """
    date | sent | datum | gesendet | envoyé | enviado | inviato | verzonden | skickat | sendt | lähetetty
    wysłane | wysłano | odesláno | odoslané | gönderildi | küldve | dato | fecha | data | päivämäärä | дата
    отправлено | надіслано | ημερομηνία | 发送时间 | 日期 | 傳送日期 | 寄件日期 | 送信日時 | 日時 | 送信日
    보낸날짜 | 날짜 | enviadoel | tarih
    """
)
_TO = _phrases(
    """
    to | an | à | para | a | aan | till | til | do | komu | кому | до | προς | kime | címzett | vastaanottaja
    收件人 | 收件者 | 宛先 | 받는사람 | destinataire | destinatario | destinatário | tới
    """
)
_SUBJECT = _phrases(
    """
    subject | betreff | objet | asunto | assunto | oggetto | onderwerp | ämne | emne | aihe | temat | předmět
    predmet | konu | tárgy | тема | θέμα | 主题 | 主旨 | 主題 | 件名 | 제목 | chủđề
    """
)

LABELS = {
    label: kind
    for kind, labels in {"from": _FROM, "date": _DATE, "to": _TO, "subject": _SUBJECT}.items()
    for label in labels
}
"""Labels, without spaces, of the header block that Outlook and others put above a quoted mail."""

MOBILE_SIGNATURES = _phrases(
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

# --- What a machine writes ---

BOUNCE_SUBJECTS = _phrases(
    """
    undeliver | returned mail | mail delivery | delivery status notification | delivery failure | failure notice
    delivery notification | failed mail | mail system error | nondeliverable | non-deliverable | message status
    delivery has failed | delivery failed | delivery report | failed delivery | could not be delivered
    cannot be delivered | not delivered | delivery delayed | delayed mail | could not send message
    warning: could not | warning: message | mail failure | message delivery | your message to | user unknown
    mail error
    unzustellbar | nicht zustellbar | zustellung fehlgeschlagen | zustellfehler | non remis | échec de la remise
    non délivr | notification d'échec | no se puede entregar | no se pudo entregar | error de entrega
    não entregue | não é possível entregar | falha na entrega | impossibile recapitare | mancata consegna
    niet bezorgd | onbestelbaar | kan inte levereras | kunne ikke leveres | nie można dostarczyć | niedostarczon
    недоставлен | не доставлен | не удалось доставить | teslim edilemedi | 배달되지 않음
    配信不能 | 配信に失敗 | 配送できません | 送信できません | 退信 | 无法投递 | 无法送达 | 無法傳遞 | 未送達
    """
)
"""Phrases in the subject of a bounce."""

BOUNCE_SENTENCES = _phrases(
    """
    created automatically by mail delivery software | this is the mail system at host | this is the postfix program
    this is the qmail-send program | this is an automatically generated delivery status notification
    this is a permanent error; i've given up | delivery to the following recipients failed
    delivery to the following recipient failed | i'm sorry to have to inform you that your message
    your mail cannot be delivered to the following | your message did not reach some or all of the intended
    """
)
"""How mail servers introduce themselves in a bounce; no person writes so."""

AUTOMATIC_SUBJECTS = _phrases(
    """
    automatic reply | automatic response | automated reply | automated response | auto reply | auto-reply
    autoreply | auto response | auto-response | autoresponse | auto: | autoresponder | auto-responder
    out of office | out of the office | out-of-office | away from my mail | away from the office | on vacation
    vacation reply | vacation response | vacation notice | i am away | i'm away | absence notice
    abwesenheit | automatische antwort | automatisch generiert | nicht im büro | ich bin abwesend
    réponse automatique | reponse automatique | message d'absence | absence du bureau | absent du bureau
    respuesta automática | respuesta automatica | fuera de la oficina | fuera de oficina | mensaje de ausencia
    resposta automática | resposta automatica | fora do escritório | ausência temporária | ausente do escritório
    risposta automatica | fuori ufficio | automatisch antwoord | automatische reactie | afwezigheid
    niet op kantoor | autosvar | automatiskt svar | automatisk svar | automaattinen vastaus | poissaoloviesti
    frånvaro | fravær | autoodpowiedź | odpowiedź automatyczna | automatická odpověď | otomatik yanıt
    automatikus válasz | автоответ | автоматический ответ | автоматична відповідь | вне офиса
    αυτόματη απάντηση | răspuns automat | 自動応答 | 自動返信 | 不在通知 | 不在のお知らせ | 不在連絡
    自动回复 | 自動回覆 | 自动答复 | 자동 회신 | 부재중
    """
)
"""How the subject of an automatic reply begins, or ends after a dash or a bracket."""

ABSENCES = _phrases(
    """
    i am out of the office | i'm out of the office | am currently out of the office | will be out of the office
    i am out of office | i'm out of office | i am currently out of | i am currently away | i will be away from
    i am away from | i am on vacation | i'm on vacation | i am on annual leave | i am on leave | i am on holiday
    on maternity leave | on parental leave | on sick leave until | limited access to email
    limited access to e-mail | limited access to my e | this is an automatic | this is an automated
    this mailbox is not monitored | this mailbox is no longer | no longer works for | no longer with the company
    no longer employed | ich bin nicht im büro | ich bin zurzeit nicht | ich bin derzeit nicht
    ich bin momentan nicht | ich bin im urlaub | bin ich im urlaub | ich bin bis zum | bin ich nicht im
    bin ich wieder erreichbar | außer haus | automatisch erstellte | automatische antwort
    nicht mehr in unserem unternehmen | je suis absent | je suis actuellement absent | je suis en congé
    je serai absent | absente du bureau | absent du bureau | réponse automatique | je suis en déplacement
    ceci est un message automatique | estoy fuera de la oficina | estaré fuera de la oficina
    me encuentro fuera de | estoy de vacaciones | respuesta automática | estou fora do escritório
    estarei fora do escritório | estou ausente | estou de férias | resposta automática | sono fuori ufficio
    sono assente | sarò assente | risposta automatica | ik ben afwezig | ik ben niet op kantoor
    ik ben met vakantie | jag är inte på kontoret | jag är på semester | jestem poza biurem
    jestem na urlopie | przebywam na urlopie | я в отпуске | нахожусь в отпуске | буду в отпуске
    я отсутствую | автоматический ответ | меня нет в офисе | 不在にして | 休暇をいただ | 休暇を取得 | 休暇中
    自動返信 | 自動送信 | 我正在休假 | 我在休假 | 我不在办公室 | 目前不在办公室 | 我目前不在 | 我正在外出
    我正在出差 | 自动回复 | 自動回覆 | 부재중입니다 | 휴가 중 | 자동 회신
    """
)
"""Phrases at the beginning of a mail that announces an absence; many such mails have no header field that says so."""
