"""The words by which a question is found: without what every question has, and without their endings.

Languages that write no spaces have pairs of letters instead of words. Accents do not matter, as people leave them out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

STEMMERS: Mapping[str, str] = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
"""The Snowball algorithm for a language, by its first subtag. The words of all others stay whole."""

_ASKING: Mapping[str, str] = {
    "en": "when where who whom why how much many long often",
    "fr": "quand où qui pourquoi combien",
    "es": "cuándo dónde quién quiénes cuánto cuánta cuántos cuántas",
    "de": "wann wo wohin wer wem wen warum wieviel wieviele",
    "pt": "quando onde quem quanto quantos quanta",
    "it": "quando dove chi perché quanto quanti",
    "ru": "когда где куда кто почему сколько",
}
"""Words that say what is wanted: a time, a place, a person. They count a little in questions, and not in answers."""

_EVERYDAY: Mapping[str, str] = {
    "en": """
        a about all also am become an and any are as at be been but by can could did do does for from get had has have
        hello hi how i if in is it its just know like may me might mine must my need no not of on one or our ours
        please question s see shall she should so some something someone tell than that the their them there these
        they this those to too t up us very want was we were what when where which who whom whose why will with would
        you your yours dear thanks
    """,
    "fr": """
        a ai alors as au aussi autre aux avec avez avoir avons bonjour c ça ce ceci cela ces cet cette chez comme
        comment d dans de des devenir dire dois doit donc du elle en encore es est et etes être eux faire fait faut il
        ils j je l la le les leur leurs lui m ma mais me merci mes moi mon n ne nos notre nous on ont ou où par pas
        peut peuvent peux plus pour pourquoi pouvez puis qu quand que quel quelle quelles quels qui quoi s sa sans se
        ses si sommes son sont sur t ta te tes toi ton tous tout très tu un une va vais veut veux voudrais vos votre
        vous y
    """,
    "es": """
        a al algo algún alguna algunas alguno algunos ante así aquí como cómo con cual cuál cuando cuándo de del desde
        donde dónde el él ella ellas ellos en entre era es esa esas ese eso esos esta está están estas este esto estos
        fue gracias ha hace hacer hacia han hasta hay he hola la las le les lo los más me mi mis muy nada ni no nos
        nosotros nuestra nuestras nuestro nuestros o otra otro para pero poder podemos por porque puede pueden puedo
        que qué quien quién quiero quisiera saber se sea ser si sí sin sobre son su sus tal también te tener tengo
        tiene tu tus un una unas uno unos usted ustedes y ya yo
    """,
    "de": """
        aber alle als also am an auch auf aus bei beim bin bis bist bitte da dadurch dafür damit dann darf das dass
        dein dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine
        einem einen einer eines er es etwas euch euer für gibt gilt habe haben hallo hat hier ich ihm ihn ihnen ihr
        ihre ihrem ihren ihrer im in ins ist ja jede jeder kann kannst können könnte man mein meine meinem meinen
        meiner mich mir mit möchte muss müssen nach nicht noch nun nur ob oder sein seine sich sie sind so soll sollen
        über um und uns unser unsere unserem unter viel vom von vor wann war warum was welche welchem welchen welcher
        welches wem wen wenn wer werden wie will wir wird wo woher wohin wollen würde zu zum zur
    """,
    "pt": """
        a ao aos as às até com como da das de dela dele do dos e é ela ele em era essa esse esta este eu foi há isso
        isto já lhe mais mas me meu minha muito na não nas nem no nos nós nossa nosso o os ou para pela pelo por
        porque posso pode podemos qual quais quando que quem quero se sem ser seu sua são também te tem tenho um uma
        você vocês onde obrigado
    """,
    "it": """
        a ai al alla alle anche c che chi ci come con cosa cui da dal dalla de dei del della delle di dove e è ed gli
        ha ho i il in io l la le lei lo loro lui ma mi mia mio ne nei nel nella no noi non nostra nostro o per perché
        più posso può possiamo qual quale quali quando quanto questa questo se sei si sono sta su sul sulla tra tu un
        una uno vi voglio vorrei voi vostra vostro grazie
    """,
    "ru": """
        а без бы был была были быть в вам вас ваш ваша ваши во вот все всё вы где да для до его ее её если есть еще же
        за здесь и из или им их к как какая какие какой ко когда который кто ли мне мы на над нам нас наш наша не него
        нет но о об он она они от по под почему при с со так такой там то того только у уже хочу хотел что чтобы чем
        эта это этот я могу можно можем нужно
    """,
    "ar": """
        في من على إلى عن مع هل ما ماذا متى كيف أين لماذا هو هي هذا هذه ذلك تلك أن إن أنا نحن أنت أنتم لا لم لن قد كل
        أو و ثم بعد قبل عند لدى لي لنا لكم يمكن يمكنني أريد كم التي الذي
    """,
}
"""Words of which a question is made, whatever it is about."""

_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]+)"
)
_HYPHENED = re.compile(r"\be[-‐‑](?=mail)")
_KANA = re.compile("[\u3040-\u309f]+")
_ACCENTED = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW")
"""Scripts whose words stay the same words without marks."""
_LONGEST = 40
"""Letters of a word that count."""


def terms(text: str, language: str, *, asks: bool = True) -> tuple[str, ...]:
    """The stems of a text's words, each as often as it stands there; those of everyday words only if it has no others.

    ``asks``: whether it is a question. The words by which it asks are in capitals then, and no others are.
    """
    primary = language.lower().partition("-")[0]
    written, everyday = _written(text), _everyday(primary)
    everyday = everyday - _asking(primary) if asks else everyday | _asking(primary)
    found = [word for word in written if word not in everyday]
    stems = [stem for word in found or written for stem in _stems(word, primary)]
    return tuple(stem[:_LONGEST] for stem in stems if stem)


def everyday_words(text: str, language: str) -> int:
    """How many everyday words of the language are in a text, which tells in which it is written."""
    own = _everyday(language.lower().partition("-")[0])
    return sum(1 for word in _written(text) if word in own)


def _written(text: str) -> list[str]:
    """The words of a text, in small letters and without accents."""
    plain = _HYPHENED.sub("e", bare(unicodedata.normalize("NFKC", text).casefold()))
    return "".join(letter if _is_of_word(letter) else " " for letter in plain).split()


def _is_of_word(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNM"


def bare(text: str) -> str:
    """A text without accents, in scripts where its words stay the same."""
    if text.isascii():
        return text
    letters = []
    base = ""
    for letter in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(letter):
            base = letter
        elif base and unicodedata.name(base, "").startswith(_ACCENTED):
            continue
        letters.append(letter)
    return unicodedata.normalize("NFC", "".join(letters))


def _stems(word: str, language: str) -> list[str]:
    stems: list[str] = []
    for part in _UNSPACED.split(word):
        if _UNSPACED.fullmatch(part):
            stems += _pairs(part)
        elif part in _asking(language):
            stems.append(part.upper())
        elif part and (len(part) > 1 or not part.isascii() or part.isdigit()):
            stems.append(_stem(part[:_LONGEST], language))
    return stems


def _pairs(letters: str) -> list[str]:
    """Each two letters that stand beside each other; without what is only inflection in Japanese, if there is more."""
    found = [letters[at : at + 2] for at in range(len(letters) - 1)] or [letters]
    return [pair for pair in found if not _KANA.fullmatch(pair)] or found


def _stem(word: str, language: str) -> str:
    stemmer = _stemmer(language)
    return bare(stemmer.stemWord(word)) if stemmer else word


@cache
def _stemmer(language: str) -> Any:
    if language not in STEMMERS:
        return None
    import snowballstemmer  # late: it is only needed where somebody asks

    return snowballstemmer.stemmer(STEMMERS[language])


@cache
def _asking(language: str) -> frozenset[str]:
    return frozenset(map(bare, _ASKING.get(language, "").split()))


@cache
def _everyday(language: str) -> frozenset[str]:
    words = _EVERYDAY.get(language, "").split()
    return frozenset(bare(word) for word in words)
