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

SAME = phrases(
    """
    unchanged | no change | no changes | not changed | same | the same | same as before | as before | as is | as it is
    as above | see above | see below | ditto | ok | okay | correct | this is correct | still correct | fine | idem
    inchangé | inchangée | pas de changement | sans changement | comme avant | correct | exact | voir ci-dessus
    sin cambios | sin cambio | igual | lo mismo | como antes | correcto | unverändert | keine änderung | wie bisher
    bleibt | stimmt | richtig | sem alteração | sem alterações | igual | como antes | correto | invariato | invariata
    nessuna modifica | come prima | corretto | без изменений | то же | как прежде | верно | 変更なし | 変わりなし | 同じ
    同上 | 不变 | 无变化 | 没有变化 | 同前 | دون تغيير | بدون تغيير | كما هو | صحيح
    """
)
"""The line keeps the value that it was sent with."""

ARTICLES = phrases(
    "a | an | the | un | une | le | la | uno | una | el | ein | eine | einen | um | uma | o | il | lo | l'"
)
"""Words before a choice: “a seminar”."""

AND = phrases("and | et | y | e | und | и | と | 和 | 及 | و")
"""What stands between two values, beside commas."""
