"""Words that people write as the value of a line to fill in, beside the names of countries, languages and choices."""

from __future__ import annotations

from mailer.inbound.words.phrases import phrases

NONE = phrases(
    """
    none | nothing | nil | n/a | n.a. | not applicable | no one | nobody | empty | delete | remove
    aucun | aucune | néant | rien | sans objet | s.o. | supprimer | ninguno | ninguna | nada | no aplica
    ningún | borrar
    keine | keiner | keines | kein | nichts | entfällt | löschen | nenhum | nenhuma | não se aplica | apagar
    nessuno | nessuna | niente | non applicabile | cancellare | нет данных | ничего | не применимо
    отсутствует | удалить
    なし | 無し | 特になし | ありません | 該当なし | 無 | 无 | 没有 | 不适用 | لا يوجد | لا شيء | لا أحد | لا ينطبق
    """
)
"""The line stays, or becomes, empty."""

ARTICLES = phrases(
    "a | an | the | un | une | le | la | uno | una | el | ein | eine | einen | um | uma | o | il | lo | l'"
)
"""Words before a choice: “a seminar”."""

AND = phrases("and | et | y | e | und | и | と | 和 | 及 | و")
"""What stands between two values, beside commas."""
