"""What machines write for people who are away."""

from __future__ import annotations

from mailer.inbound.words.phrases import phrases

AUTOMATIC_SUBJECTS = phrases(
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

ABSENCES = phrases(
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
