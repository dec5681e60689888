"""What mail servers write when they cannot deliver."""

from __future__ import annotations

from mailer.inbound.words.phrases import phrases

BOUNCE_SUBJECTS = phrases(
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

BOUNCE_SENTENCES = phrases(
    """
    created automatically by mail delivery software | this is the mail system at host | this is the postfix program
    this is the qmail-send program | this is an automatically generated delivery status notification
    this is a permanent error; i've given up | delivery to the following recipients failed
    delivery to the following recipient failed | i'm sorry to have to inform you that your message
    your mail cannot be delivered to the following | your message did not reach some or all of the intended
    """
)
"""How mail servers introduce themselves in a bounce; no person writes so."""
