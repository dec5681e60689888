"""What mail gateways put above a mail from outside (A36), sentence by sentence, in the languages that we speak.

A pattern is for a whole sentence, in lower case, with one space between words and without brackets or marks.
"""

from __future__ import annotations

import re

from mailer.inbound.words.phrases import phrases

_THING = r"(?:e-?mail|message|mail|sender|source|nachricht|expéditeur|courriel|correo)"
_WORDS = r"[^.]"

LABEL = re.compile(
    rf"""(?:caution|warning|attention|notice|alert|important|note|be\ careful|suspicious|heads\ up|achtung|vorsicht
    |warnung|hinweis|avertissement|prudence|alerte|precaución|atención|advertencia|aviso|cuidado|atenção|alerta
    |attenzione|avviso|let\ op|waarschuwing|внимание|注意|警告|تنبيه|تحذير)(?:\ {_THING})?""",
    re.VERBOSE,
)
"""What may stand before a banner, and is none by itself."""

_MARKS = (
    rf"(?:external|ext|extern|externe[rsn]?|externa|externo|esterno|esterna|outside|unverified sender)(?:"
    rf" {_THING}){{0,2}}",
    r"外部|社外|(?:e-?mail|courriel|message) externe|correo externo|zjqcmqryfpfptbanner(?:start|end)",
)
_OPENINGS = (
    rf"(?:this |the |an? )?(?:external )?{_THING} (?:was|is|has|came|comes|originated|originates|arrived)"
    rf"(?: (?:been|being|sent|received|originated|coming|came|to you))* (?:from|outside|external)\b"
    rf"{_WORDS}{{0,160}}(?:outside|external|organi[sz]ation|company|network|domain){_WORDS}{{0,80}}",
    rf"(?:this|the) {_THING} (?:came|originated|is|was|comes|has originated)(?: sent)? (?:from"
    rf" )?outside{_WORDS}{{0,80}}",
    rf"this {_THING} is from an? (?:external|unknown|untrusted|unverified) {_THING}{_WORDS}{{0,60}}",
    r"(?:some people who received this message|you) don['’]t often get e?-?mail from x",
    rf"external (?:e-?mail|sender|message){_WORDS}{{0,40}}",
    rf"die(?:se)? (?:e-?mail|nachricht|mail)"
    rf" (?:stammt|kommt|wurde|ist)\b{_WORDS}{{0,80}}(?:extern|außerhalb|ausserhalb)"
    rf"{_WORDS}{{0,80}}",
    rf"(?:ce|cet) (?:courriel|e-?mail|message|mail) (?:provient|vient|a été envoyé|est)\b{_WORDS}{{0,80}}"
    rf"(?:extern|extérieur|dehors){_WORDS}{{0,80}}",
    rf"(?:este|el) (?:correo(?: electrónico)?|mensaje|e-?mail) (?:proviene|procede|se originó|fue enviado|viene|es)\b"
    rf"{_WORDS}{{0,80}}(?:extern|fuera){_WORDS}{{0,80}}",
    rf"(?:este|esta|o) (?:e-?mail|mensagem|correio) (?:foi enviad[oa]|veio|provém|é|tem origem|originou-se)\b"
    rf"{_WORDS}{{0,80}}(?:extern|fora){_WORDS}{{0,80}}",
    rf"(?:questa|questo|il) (?:e-?mail|messaggio|mail) (?:proviene|è stat[oa] inviat[oa]|arriva|è)\b{_WORDS}{{0,80}}"
    rf"(?:estern|fuori){_WORDS}{{0,80}}",
    rf"dez?e (?:e-?mail|mail) (?:is|komt|werd)\b{_WORDS}{{0,80}}(?:extern|buiten){_WORDS}{{0,80}}",
    rf"это (?:письмо|сообщение) (?:пришло|отправлено|получено)\b{_WORDS}{{0,80}}(?:внешн|извне|вне){_WORDS}{{0,80}}",
    rf"(?:このメール|本メール)は{_WORDS}{{0,40}}(?:外部|社外){_WORDS}{{0,60}}",
    rf"(?:此|这封|本)(?:电子)?邮件{_WORDS}{{0,40}}外部{_WORDS}{{0,60}}",
)
_ADVICE = (
    rf"(?:please )?(?:do not|don['’]t|never|avoid|be (?:careful|cautious|wary)|(?:use|exercise|take)(?: \w+)?"
    rf" (?:caution|care)|think|treat|only|proceed with"
    rf" caution)\b{_WORDS}{{0,60}}\b(?:click|open|follow|download|reply|respond)"
    rf"(?:ing)?\b{_WORDS}{{0,40}}\b(?:link|attach|sender|file|content){_WORDS}{{0,200}}",
    rf"think before you click{_WORDS}{{0,40}}",
    r"(?:please )?(?:use|exercise|proceed with)(?: \w+)? caution",
    rf"(?:please )?(?:verify|check|confirm|validate)(?: that)?(?: the)? sender{_WORDS}{{0,120}}",
    rf"(?:if you|when in doubt)\b{_WORDS}{{0,80}}\b(?:report|forward|contact)\b{_WORDS}{{0,40}}"
    rf"\b(?:phish|it\b|help ?desk|security|suspicious|spam){_WORDS}{{0,80}}",
    rf"(?:please )?report (?:any )?(?:suspicious|phishing){_WORDS}{{0,80}}",
    r"learn why this is important",
    rf"(?:klicken|öffnen) sie\b{_WORDS}{{0,60}}\b(?:links?|anh[aä]ng){_WORDS}{{0,160}}",
    rf"ne (?:cliquez|ouvrez)\b{_WORDS}{{0,60}}(?:lien|pi[eè]ce){_WORDS}{{0,160}}",
    rf"no (?:haga|abra|pulse|hagas|abras)\b{_WORDS}{{0,60}}(?:enlace|adjunto|archivo){_WORDS}{{0,160}}",
    rf"não (?:clique|abra)\b{_WORDS}{{0,60}}(?:link|anexo){_WORDS}{{0,160}}",
    rf"non (?:cliccare|aprire|fare clic)\b{_WORDS}{{0,60}}(?:link|allegat|collegament){_WORDS}{{0,160}}",
    rf"(?:klik|open) (?:niet|geen)\b{_WORDS}{{0,60}}(?:link|bijlage|koppeling){_WORDS}{{0,160}}",
    rf"не (?:открывайте|переходите|нажимайте)\b{_WORDS}{{0,60}}(?:ссылк|вложен){_WORDS}{{0,160}}",
)

OPENING = re.compile("|".join(f"(?:{pattern})" for pattern in (*_MARKS, *_OPENINGS)))
"""What says where a mail is from, and makes a banner."""

ADVICE = re.compile("|".join(f"(?:{pattern})" for pattern in _ADVICE))
"""What may follow in a banner."""

CONTINUED = frozenset(
    phrases(
        """
        a | an | and | any | are | attachment | attachments | be | by | clicking | company | contact | content
        contents
        department | desk | e-mail | email | expect | expected | expecting | from | help | helpdesk | if | in | is | it
        know | link | links | mail | message | network | of | on | open | opening | or | organisation
        organization | our
        phishing | recognise | recognize | report | safe | security | sender | source | suspicious | team | that | the
        this | to | trust | unknown | unless | verified | verify | were | when | with | you | your
        absender | anhänge | den | der | die | kennen | oder | organisation | sicher | sie | und | von | wenn
        connaissez | contenu | de | est | et | expéditeur | jointes | l'organisation | la | le | les | pièces | que
        sauf
        si | sûr | vous | el | contenido | los | menos | organización | remitente | reconozca | seguro | y | da | do | e
        """
    )
)
"""Words of which the next line of a banner consists that is wrapped in a sentence."""
