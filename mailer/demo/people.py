"""The people of the demo: the office, its board, its readers, and a guest account for the user."""

from __future__ import annotations

from mailer.adapters.sandbox import SandboxUser

OFFICE = SandboxUser("tg2@iso-sr.example", "ISO/SR TG 2", "tg2")
SOFIA = SandboxUser("secretary@iso-sr.example", "Sofia Lind", "secretary")

AMARA = SandboxUser("amara@labour.example", "Amara Okafor", "amara")
BRUNO = SandboxUser("bruno@industry.example", "Bruno Costa", "bruno")
CHEN = SandboxUser("chen@ngo.example", "Chen Wei", "chen")
BOARD = (AMARA, BRUNO, CHEN)

NILS = SandboxUser("nils@nmb.example", "Nils Berg", "nils")
DINA = SandboxUser("dina@liaison.example", "Dina Haddad", "dina")
ULLA = SandboxUser("ulla@union.example", "Ulla Korhonen", "ulla")
MATEO = SandboxUser("mateo@consumers.example", "Mateo Ruiz", "mateo")
READERS = (NILS, DINA, ULLA, MATEO)

GUEST = SandboxUser("guest@reader.example", "A Guest", "guest")

PEOPLE = {
    OFFICE: "the office, whose mail the daemon reads",
    SOFIA: "the secretary",
    **dict.fromkeys(BOARD, "on the board"),
    NILS: "a national member body",
    DINA: "a D-liaison organisation",
    ULLA: "a labour union that signs up",
    MATEO: "a consumer organisation that signs up",
    GUEST: "nobody yet: yours to play with",
}
"""Everybody with a mailbox, and their role."""


PAOLO = SandboxUser("paolo@experts.example", "Paolo Ferri", "paolo")
AMINA = SandboxUser("amina@experts.example", "Amina Odhiambo", "amina")
LENA = SandboxUser("lena@dockers.example", "Lena Brandt", "lena")
TARO = SandboxUser("taro@traders.example", "Taro Mori", "taro")
WANJIRU = SandboxUser("wanjiru@kenya-nmb.example", "Wanjiru Kamau", "wanjiru")
EXPERTS = (PAOLO, AMINA)

NETWORK = {
    OFFICE: "the office, whose mail the daemon reads",
    SOFIA: "the secretary",
    **dict.fromkeys(BOARD, "on the board"),
    PAOLO: "a member of the working group, who nominates",
    AMINA: "a member of the working group, who presents",
    LENA: "a labour union that is invited",
    TARO: "traders who subscribed, and do not answer",
    WANJIRU: "a national member body that holds a seminar",
    GUEST: "nobody yet: yours to play with",
}
"""Everybody with a mailbox in the play of the networks, and their role."""


ANONG = SandboxUser("anong@tisi.example", "Anong Srisuk", "anong")
ELENA = SandboxUser("editor@iso-focus.example", "Elena Rossi", "elena")

AUTHORS = {
    OFFICE: "the office, whose mail the daemon reads",
    SOFIA: "the secretary",
    **dict.fromkeys(BOARD, "on the board"),
    PAOLO: "a member of the working group",
    AMINA: "a member of the working group",
    ANONG: "the host of the next meeting, who writes an article",
    NILS: "a national member body that reads the newsletter",
    MATEO: "a consumer organisation with a question that is answered",
    LENA: "a labour union with one that is not yet",
    ELENA: "the editor of another magazine",
    GUEST: "nobody yet: yours to play with",
}
"""Everybody with a mailbox in the play of the library, and their role."""


def first_name(person: SandboxUser) -> str:
    """The name under which a person appears in the demo."""
    return person.name.partition(" ")[0]
