"""What the secretary writes beside the number of an entry that a review asks about, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.inbound.words.phrases import phrases

DECISIONS: Mapping[str, tuple[str, ...]] = {
    "keep": phrases(
        """
        keep | stays | stay | ok | garder | conserver | conservar | mantener | behalten | bleibt | manter | tenere
        mantenere | оставить | 残す | 保留 | إبقاء | ابق
        """
    ),
    "flag": phrases(
        """
        flag | unconfirmed | mark | marquer | marcar | markieren | unbestätigt | sinalizar | segnalare | отметить
        印 | 标记 | تعليم
        """
    ),
    "suspend": phrases(
        """
        suspend | pause | suspendre | suspender | aussetzen | sospendere | приостановить | 停止 | 暂停 | تعليق
        """
    ),
    "remove": phrases(
        """
        remove | delete | retirer | supprimer | quitar | eliminar | entfernen | löschen | remover | rimuovere
        togliere | удалить | 削除 | 删除 | إزالة | حذف
        """
    ),
}
