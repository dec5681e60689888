"""How people say each command, by language.

A command is named as its row of ``mailer/requests.py`` names it. A word of English is understood beside any language.
"""

from __future__ import annotations

from collections.abc import Mapping

from mailer.inbound.words.phrases import phrases

COMMANDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "subscribe": {
        "en": phrases("subscribe | join | sign up"),
    },
    "confirm": {
        "en": phrases("confirm"),
    },
    "unsubscribe": {
        "en": phrases("unsubscribe | leave | stop"),
    },
    "help": {
        "en": phrases("help | info | information"),
    },
    "status": {
        "en": phrases("status | my data"),
    },
    "set": {
        "en": phrases("set | change my"),
    },
    "change-address": {
        "en": phrases("change address | change my address to"),
    },
    "get": {
        "en": phrases("get | get issue"),
    },
    "faq": {
        "en": phrases("faq"),
    },
    "forget": {
        "en": phrases("forget me | delete my data"),
    },
}
