"""What introduces a quotation, and what telephones write below a mail."""

from __future__ import annotations

from mailer.inbound.words.phrases import phrases

WROTE = phrases(
    """
    wrote | writes | schrieb | schreibt | geschrieben | a écrit | écrit | escribió | escreveu | ha scritto
    scrisse | schreef | skrev | kirjoitti | napisał | napisała | napsal | napsala | napísal | írta | написал
    написала | пишет | пише | писал | написа | έγραψε | yazdı | a scris | menulis | đã viết | va escriure
    kirjutas | rašė | rakstīja | je napisao | je napisal
    """
)
"""Verbs that stand as words of their own."""

WROTE_UNSPACED = phrases(
    """
    写道 | 寫道 | のメール | は書きました | さんは書きました | 님이 작성 | 작성: | เขียนว่า | كتب | כתב | מאת
    """
)
"""The same in scripts that put no space around the word."""

_FROM = phrases(
    """
    from | von | de | da | van | från | fra | od | lähettäjä | kimden | feladó | kohteesta | expéditeur
    remitente | remetente | mittente | от | від | από | 发件人 | 寄件者 | 寄件人 | 差出人 | 送信者 | 보낸사람
    gửi
    """
)
_DATE = phrases(
    """
    date | sent | datum | gesendet | envoyé | enviado | inviato | verzonden | skickat | sendt | lähetetty
    wysłane | wysłano | odesláno | odoslané | gönderildi | küldve | dato | fecha | data | päivämäärä | дата
    отправлено | надіслано | ημερομηνία | 发送时间 | 日期 | 傳送日期 | 寄件日期 | 送信日時 | 日時 | 送信日
    보낸날짜 | 날짜 | enviadoel | tarih
    """
)
_TO = phrases(
    """
    to | an | à | para | a | aan | till | til | do | komu | кому | до | προς | kime | címzett | vastaanottaja
    收件人 | 收件者 | 宛先 | 받는사람 | destinataire | destinatario | destinatário | tới
    """
)
_SUBJECT = phrases(
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
