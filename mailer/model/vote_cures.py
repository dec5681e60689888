"""What helps against each reason why a reply to a ballot was not counted: for the member, and for the secretary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mailer.phrases import Phrase, phrase


class Cure(NamedTuple):
    """What to do about it."""

    member: Phrase
    secretary: Phrase


_FIRST_LINE = phrase("Write the word alone on the first line, above all else; a remark may follow below.")
_PLAIN = phrase("Send the answer once more as plain text, with the word alone on the first line.")
_NEW = phrase("Write a new answer; a mail that was counted before counts for nothing else.")
_PROVIDER = phrase(
    "Their provider has to sign mail with DKIM: From, To, Subject and the whole text. Until then their answer to our"
    " question counts, or a reply that they sign with OpenPGP (mailer member key)."
)
_KEY = phrase("Sign with the key that is enrolled, or ask the secretary to enrol the new one.")
_ENROL = phrase("Look at their keys with mailer member key show, and enrol a new one if it is needed.")
_ANSWER = phrase("Answer the question that you get from us: your answer to it counts.")
_SHOW = phrase("If it was meant as a vote, ask them to answer the mail that they got about it.")
_REPLY = phrase("Reply to the request itself, from your own account, and leave its subject as it is.")

_MEMBER_WRITES = {
    "The first line is not exactly %(words)s.": _FIRST_LINE,
    "The plain and the HTML version do not say the same.": _PLAIN,
    "The format of the first line may hide it or strike it out.": _PLAIN,
    "The mail holds both keywords, each on a line of its own.": phrase("Write only the word that you mean."),
    "The mail answers two different requests; each needs a reply of its own.": phrase(
        "Reply to one request in each mail."
    ),
    "The mail cannot be read for certain: %(problem)s.": _PLAIN,
    "it is a copy of a mail that was counted before": _NEW,
    "the question that it answers was answered before": _NEW,
    "its signature does not cover that it is an answer to this request": _REPLY,
    "its signature does not cover how its text is to be read": _PLAIN,
}
_OPENPGP = (
    "its OpenPGP signature cannot be read",
    "its OpenPGP signature uses a hash that is not safe any more, %(hash)s",
    "its OpenPGP signature is not valid, or not by a key that was enrolled",
    "the OpenPGP key %(key)s is revoked",
    "the OpenPGP key %(key)s has expired",
)

CURES: Mapping[str, Cure] = {
    **{reason: Cure(cure, _SHOW) for reason, cure in _MEMBER_WRITES.items()},
    **dict.fromkeys(_OPENPGP, Cure(_KEY, _ENROL)),
    **dict.fromkeys(
        (
            "there is no valid signature of %(domain)s",
            "the signature of %(domain)s covers only the beginning of the text (l=)",
            "the signature of %(domain)s is made in a way that is not safe (a=)",
            "the signature of %(domain)s does not cover From",
        ),
        Cure(_ANSWER, _PROVIDER),
    ),
    "what is signed with OpenPGP does not say that it is an answer to this request": Cure(_REPLY, _SHOW),
    "what is signed with OpenPGP does not say the same as the mail": Cure(_PLAIN, _SHOW),
}
"""By the message of the reason."""

_OTHERWISE = Cure(_ANSWER, _SHOW)


def cure_of(reason: str) -> Cure:
    """What helps against a reason; one that is not in the table may be about anything."""
    return CURES.get(reason.message if isinstance(reason, Phrase) else reason, _OTHERWISE)
