"""Words of machines: subjects of bounces and of automatic replies, and how an absence is announced. Data only."""

from __future__ import annotations


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for line in text.strip().split("\n") for phrase in line.split("|"))


BOUNCE_SUBJECTS = _phrases(
    """
    delivery has failed | delivery failed | delivery report | failed delivery | mail could not be delivered
    could not send message | warning: could not | warning: message | mail failure | message delivery
    non délivr | notification d'échec | no se puede entregar | no se pudo entregar | error de entrega
    não entregue | não é possível entregar | falha na entrega | impossibile recapitare | mancata consegna
    退信 | 无法投递 | 无法送达 | 無法傳遞 | 未送達 | 배달되지 않음 | teslim edilemedi
    """
)
"""What the subject of a bounce holds, lower case."""

AUTOMATIC_SUBJECTS = _phrases(
    """
    automatic reply | automatic response | automated reply | automated response | auto reply | auto-reply
    autoreply | auto response | auto-response | autoresponse | auto: | autoresponder | auto-responder
    vacation reply | vacation response | vacation notice | i am away | i'm away | absence notice
    abwesenheit | automatische antwort | automatische abwesenheit | automatisch generiert | nicht im büro
    réponse automatique | reponse automatique | message d'absence | absence du bureau | absent du bureau
    respuesta automática | respuesta automatica | fuera de la oficina | fuera de oficina | mensaje de ausencia
    autoodpowiedź | odpowiedź automatyczna | automatická odpověď | otomatik yanıt | automatikus válasz
    """
)
"""How the subject of an automatic reply begins, or ends after a dash or a bracket; lower case."""

ABSENCES = _phrases(
    """
    i am out of the office | i'm out of the office | am currently out of the office
    will be out of the office
    i am out of office | i'm out of office | i am currently out of | i am currently away | i will be away from
    limited access to e-mail | this is an automatic | this is an automated | this mailbox is not monitored
    this mailbox is no longer | no longer works for | no longer with the company | no longer employed
    automatisch erstellte | automatische antwort | nicht mehr in unserem unternehmen
    je suis absent | je suis actuellement absent | je suis en congé | je serai absent | absente du bureau
    absent du bureau | réponse automatique | ceci est un message automatique | je suis en déplacement
    estoy fuera de la oficina | estaré fuera de la oficina | me encuentro fuera de | estoy de vacaciones
    부재중입니다 | 휴가 중 | 자동 회신
    """
)
"""What an absence's announcement says in its first lines, lower case; many carry no header at all."""
