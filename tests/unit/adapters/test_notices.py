"""Service mail: every notice with ordinary and absurd values, and when it is quoted."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product
from pathlib import Path
from zoneinfo import ZoneInfo

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from mailer.adapters import data
from mailer.adapters.catalogues import Catalogues
from mailer.adapters.render import Renderer
from mailer.adapters.render.folding import columns
from mailer.message import Address
from mailer.model.approvals import CHOICES, Choice
from mailer.model.commands import told
from mailer.model.event_reports import REPORT
from mailer.model.failures import group_replies
from mailer.model.links import LINK as LINK_LINES
from mailer.model.lists import KIND_NAMES, Kind, greeting
from mailer.model.personal_data import Held, Keep, PersonalDataRules
from mailer.model.publications import FORWARDING_EACH, Forwarding
from mailer.model.publishing import LINES as PUBLISHING
from mailer.model.publishing import Part
from mailer.model.publishing import said as said_parts
from mailer.model.questionnaires import Shown, shown
from mailer.model.refusals import CAUSES, CURES, Refusal
from mailer.model.review_lines import MEMBER
from mailer.model.reviews import POLICY_NAMES, ReviewPolicy
from mailer.model.rules import PreparedReply
from mailer.phrases import Country, Language, Phrase, phrase

TEMPLATES = Path(__file__).parents[3] / "templates"
DEADLINE = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
OFFICE = {"office": "ISO/SR TG 2", "office_address": "tg2@iso-sr.example", "secretary": "secretary@iso-sr.example"}
LINK = "mailto:tg2+confirm-17-kq3vb2n5mxyz7aqw4erty2uiop@iso-sr.example?subject=Confirm"
ISSUE = {
    "publication": "ISO/SR Update",
    "number": 1,
    "typed": "1",
    "title": "The long and winding road",
    "document": "issue",
    "submit": "issue submit 1",
}
VOTING = Address.parse("tg2+vote-3-abcdefghijklmnopqrstuvwxyz@iso-sr.example")
RECORD = {"record_number": 1204, "record_link": "3f2a 9c81 d4e5 f607 1b2c"}
VOTES = [
    {"member": "Anna Kim", "choice": "approve", "comment": "Good work.\nSend it.", "by_hand": False},
    {"member": "Luis Ortega", "choice": "object", "comment": "", "by_hand": True},
]
FIELDS = [
    Shown("name", phrase("Name"), "Anna", phrase("for example Anna Kim")),
    Shown("country", phrase("Country"), Country("KE"), Phrase()),
    Shown("when", phrase("Until"), "", Phrase()),
]
PRESENTER = {"name": "Anna Kim", "fields": FIELDS}
PAPERS = {
    "attached": ["The kit 1.2", "Questions 1.0"],
    "too_large": ["The film 1.0"],
    "parts": 2,
    "site": "https://iso-sr.example",
}
BALLOT = {
    **ISSUE,
    "member": "Anna Kim",
    "deadline": DEADLINE,
    "approve": "APPROVE",
    "object": "OBJECT",
    "abstain": "ABSTAIN",
    "heading": "ISO/SR Update 1",
    "others": {
        "approve": ["APPROUVER", "APROBAR"],
        "object": ["OBJECTER", "OBJETAR"],
        "abstain": ["ABSTENTION", "ABSTENCION"],
    },
    "voting_address": str(VOTING),
    "rule": [phrase("One objection stops it, however many approve."), phrase("Silence is no consent.")],
    "approve_reply": PreparedReply(VOTING, "APPROVE\r\n\r\nvote-3-abc"),
    "object_reply": PreparedReply(VOTING, "OBJECT\r\n\r\nvote-3-abc"),
    "abstain_reply": PreparedReply(VOTING, "ABSTAIN\r\n\r\nvote-3-abc"),
}
TO_EDITORS = {
    **ISSUE,
    "heading": "ISO/SR Update 1",
    "ballot": 7,
    "deadline": DEADLINE,
    "verbs": {
        "remind": "remind",
        "extend": "extend 2 days",
        "extend_working": "extend 3 working days",
        "withdraw": "withdraw",
    },
}
ADDED = {"note": "The plenary is longer.\nSo is the list.", "by": "secretary@iso-sr.example"}
STANDING = [phrase("Votes: %(approvals)s for it.", approvals=2), phrase("One more approval is needed.")]
TEXT = "ISO/SR UPDATE\n\nDay       What\n--------  ----\n1 March   Meeting\n"
ARTICLE: dict[str, object] = {
    "article": 12,
    "issue": "ISO/SR Update 2",
    "title": "Invitation to Bangkok",
    "author": "Anong Kim",
    "address": "anong@tisi.example",
    "wanted": 400,
    "due": date(2027, 1, 15),
}
PHOTO = {
    "number": 1,
    "called": "river.jpg",
    "size": "800 × 600",
    "caption": "The river",
    "credit": "Anong Kim",
    "is_small": True,
}
CAME: dict[str, object] = {
    "words": 412,
    "losses": [phrase("a comment")],
    "unread": [("talk.pdf", phrase("it is too large"))],
    "pictures": [PHOTO, {**PHOTO, "caption": "", "credit": "", "is_small": False}],
    "missing": [{**PHOTO, "caption": ""}],
    "small": [PHOTO],
}
CHANGE: dict[str, object] = {
    "changed": [
        (phrase("Language"), Language("en"), Language("fr")),
        (phrase("Name"), "", "Anna Kim"),
        (phrase("Organisation"), "Example Union", ""),
    ],
    "problems": [phrase("Country is a name or a code such as KE or FR.")],
}
ITEM = {
    "number": 12,
    "sender": "reader@example.org",
    "subject": "A word",
    "text": "First line.\n\nAnother paragraph.",
}
REFUSED = {
    "member": "Anna Kim",
    "received": DEADLINE,
    "heading": "ISO/SR Update 1",
    "reason": phrase("The first line is not exactly %(words)s.", words="one of the words"),
    "cure": phrase("Show them what stood in the way, or ask them by telephone."),
}
FILES = [
    {"name": "report.pdf", "media_type": "application/pdf", "size": 4711, "given": "feedback-12-1.pdf"},
    {"name": "film.mp4", "media_type": "video/mp4", "size": 47110815, "given": ""},
]
TRANSLATION: dict[str, object] = {
    "publication": "ISO/SR Update",
    "number": 1,
    "typed": "1",
    "title": "The long and winding road",
    "tag": "fr",
    "language": Language("fr"),
    "translator": "Anne Roy, AFNOR",
    "address": "anne@nmb.example",
}
LINKS = [(3, "https://iso-sr.example/en", "https://iso-sr.example/fr")]
QUESTION = {
    "number": 12,
    "kind": phrase("heading"),
    "original": "Write before 1 March 2027.",
    "came": "Écrivez avant le 2 mars 2027.",
    "words": [phrase("The original has %(original)s, the translation %(came)s.", original="1", came="2")],
}
DAY = date(2027, 3, 1)
CHANNEL_PACK = {
    "channel": "ISO Focus",
    "name": "Elena Rossi",
    "publication": "ISO/SR Update",
    "number": 1,
    "title": "The long and winding road",
    "articles": [
        {"number": 1, "title": "The road", "author": "Ana Lee", "words": 190, "short": 148, "stem": "1-the-road"},
        {"number": 2, "title": "Dates", "author": "", "words": 30, "short": 0, "stem": "2-dates"},
    ],
    "pictures": [
        {"file": "pictures/1-1-road.png", "caption": "The road", "credit": "Ana Lee", "size": (89, 33)},
        {"file": "pictures/2-1-quay.png", "caption": "", "credit": "", "size": (89, 33)},
    ],
    "wanted": 150,
    "terms": "",
    "parts": 2,
    "part": 1,
    "left": ["pictures/3-1-film.png"],
}
YES_AND_NO = {"yes_reply": PreparedReply(VOTING, "yes"), "no_reply": PreparedReply(VOTING, "no")}
REVIEW = {
    "greeting": greeting("Bea Novak", ""),
    "title": "Subscribers",
    "fields": shown(MEMBER, {"name": "Bea Novak", "organisation": "Union for Clarity", "country": "KE"}),
    "asked": DAY,
    "ends": DAY,
    "can_leave": True,
}
ENTRY = {
    "number": 3,
    "called": "Bea Novak, Union for Clarity",
    "address": "bea@union.example",
    "country": Country("KE"),
    "state": phrase("mail came back"),
}
FIGURES = {"total": 312, "answered": 280, "changed": 41, "silent": 29, "bounced": 3}
MEMBERSHIP = {"title": "Subscribers", "until": date(2027, 12, 31)}
BUTTONS = {"yes_reply": PreparedReply(VOTING, "YES"), "no_reply": PreparedReply(VOTING, "NO")}
EVENT = {"number": 1, "title": "Standards in daily work", "days": date(2027, 5, 3), "place": "Nairobi"}
LINES = [
    Shown("title", phrase("Title of the event"), "Standards in daily work", Phrase()),
    Shown("place", phrase("Place"), "", phrase("the town, and the building if it is known")),
]
CHANGED = [(phrase("Place"), "Nairobi", "Mombasa"), (phrase("Hours"), "", "09:00"), (phrase("Audience"), "unions", "")]
ENGAGED = {**EVENT, "wanted": [Shown("title", phrase("Event"), "Standards in daily work", Phrase())]}
TO_PRESENTER = {
    "host": "wanjiru@kebs.example",
    "host_name": "Wanjiru",
    "website": "https://kebs.example/day",
    "programme": "09:00 Coffee\n10:00 Talks",
}
RANKED = {
    "name": "Anna Kim",
    "points": 100,
    "reasons": [(30, phrase("knows about %(topics)s", topics="labour practices")), (-5, phrase("is not free then"))],
}
REPORT_LINES = shown(REPORT, {"people": "40", "questions": "Is it a standard to certify?"})
NOTICES: dict[str, dict[str, object]] = {
    "translation-copy": {
        **TRANSLATION,
        "text": "[1] Title\n\nThe long and winding road\n",
        "count": 80,
        "form": "text",
        "deadline": DEADLINE,
        "original": Language("en"),
    },
    "translation-wanted": {
        **TRANSLATION,
        "reason": phrase("the issue is not granted"),
        "sender": "Anne Roy",
        "yes_reply": PreparedReply(VOTING, "YES"),
        "no_reply": PreparedReply(VOTING, "NO"),
    },
    "translation-wished": TRANSLATION,
    "no-translation": {"why": phrase("It is in %(language)s already.", language=Language("fr"))},
    "translation-back": {
        **TRANSLATION,
        "came": 12,
        "returned": 70,
        "total": 80,
        "missing": "3, 5–9",
        "extra": "99",
        "questions": [QUESTION],
        "more": 2,
        "links": [(was, now) for _, was, now in LINKS],
        "refused": LINKS,
        "numbers": "12",
    },
    "translation-proof": {
        **TRANSLATION,
        "proof": 2,
        "pages": 3,
        "warnings": ["the PDF has 5 pages, more than 4"],
        "draft": {"text": "A text.\n", "html": "", "tag": "fr"},
        "deadline": DEADLINE,
        "yes_reply": PreparedReply(VOTING, "YES"),
    },
    "translation-fault": {**TRANSLATION, "paragraphs": [(12, "★ ☃")]},
    "edition-fault": {**TRANSLATION, "faults": ["01-a.md:3: no font has “★”"]},
    "translation-reminder": {
        **TRANSLATION,
        "proof": False,
        "returned": 3,
        "total": 80,
        "asked": DEADLINE,
        "deadline": DEADLINE,
    },
    "translation-late": {
        **TRANSLATION,
        "asked": DEADLINE,
        "reminded": DEADLINE,
        "yes_reply": PreparedReply(VOTING, "YES"),
    },
    "translation-agreed": TRANSLATION,
    "translation-closed": {**TRANSLATION, "state": phrase("approved")},
    "translation-over": {**TRANSLATION, "reason": phrase("the secretary has withdrawn it")},
    "translation-ended": {**TRANSLATION, "reason": phrase("the original has changed since")},
    "ask-publish": {
        "greeting": greeting("Anna Berg", ""),
        "list": "ISO/SR subscribers",
        "name": "Anna Berg",
        "organisation": "Kenya Bureau of Standards",
        "country": Country("KE"),
        "fields": shown(PUBLISHING, {"name": "yes", "country": "yes", "organisation": "yes", "address": "no"}),
    },
    "publishing": {"parts": said_parts([Part.NAME, Part.COUNTRY])},
    "list-shows": {
        "versions": [
            {"list": "nmb", "version": "1.0", "exported": DEADLINE},
            {"list": "cag", "version": "2.1", "exported": None},
        ],
        "who": "Anna Berg",
        "forgotten": False,
    },
    "edition-agreed": {**TRANSLATION, "yes_reply": PreparedReply(VOTING, "YES")},
    "edition-links": {
        **TRANSLATION,
        "links": LINKS,
        "yes_reply": PreparedReply(VOTING, "YES"),
        "no_reply": PreparedReply(VOTING, "NO"),
    },
    "edition-ready": {
        **TRANSLATION,
        "begun": True,
        "readers": 12,
        "asked": 2,
        "yes_reply": PreparedReply(VOTING, "YES"),
    },
    "edition-refused": {**TRANSLATION, "reason": "The policy has changed since the board was asked."},
    "edition-late": {**TRANSLATION, "readers": 12},
    "edition-sent": {**TRANSLATION, **RECORD, "sent": 12, "failed": 1, "suppressed": 2, "doubtful": 0},
    "edition-later": {**TRANSLATION, "is_translated": True},
    "confirm": {"titles": ["ISO/SR Update", "Events"], "days": 7, "link": LINK, "page": "https://x.example/confirm/x"},
    "welcome": {
        "greeting": greeting("Anna Kim", ""),
        "titles": ["ISO/SR Update"],
        "format": "pdf",
        "forwarding": FORWARDING_EACH[Forwarding.ANY],
        "leave": LINK,
        "details": [
            (phrase("Name"), "Anna Kim"),
            (phrase("Kind"), KIND_NAMES[Kind.LABOUR]),
            (phrase("Country"), Country("KR")),
            (phrase("Language"), Language("fr")),
        ],
        "problems": [
            phrase("Line %(number)s: %(problem)s", number=1, problem=phrase("its key is not one that we know."))
        ],
    },
    "leave-confirm": {"titles": ["ISO/SR Update"], "link": LINK},
    "left": {"titles": ["ISO/SR Update"], "still": ["ISO/SR Member Update"], "days": 30, "back": LINK},
    "returned": {"titles": ["ISO/SR Update"]},
    "help": {
        "publications": [{"title": "ISO/SR Update", "lists": ["Subscribers", "NMBs"]}],
        "subscribe": "mailto:tg2+subscribe@iso-sr.example",
        "leave": "mailto:tg2+leave@iso-sr.example",
        "problems": ["“Kind: circus” is not one that we know."],
        "kinds": ["labour union", "consultancy"],
        "formats": ["pdf", "html", "text"],
        "commands": list(told("fr").items()),
    },
    "status": {
        "address": "anna@union.example",
        "since": date(2026, 3, 1),
        "details": [(phrase("Name"), "Anna Kim"), (phrase("Country"), Country("KR"))],
        "lists": [("Subscribers", date(2026, 3, 1), None), ("Members", date(2026, 3, 1), date(2027, 12, 31))],
        "receives": ["ISO/SR Update"],
        "left": ["ISO/SR Member Update"],
        "paused": date(2026, 8, 1),
        "former": [("anna@old.example", date(2026, 4, 1))],
        "suppression": ("complained", date(2026, 5, 1)),
        "copies": [("ISO/SR Update 1", phrase("sent"), date(2026, 6, 1))],
        "letters": 2,
        "attached": True,
        "held": [Held(phrase("The organisation that you speak for"), [(phrase("Name"), "Union of Harbours")])],
        "kept": [PersonalDataRules({"mails": Keep(1, "year")}).told(kind) for kind in ("contacts", "mails")],
        "votes": 3,
        "bouncing": ("452 4.2.2 mailbox full", date(2026, 5, 2)),
        "pending": [phrase("a change of your address")],
    },
    "unknown": {"former": False, "asked": date(2026, 3, 1), "subscribe": "mailto:tg2+subscribe@iso-sr.example"},
    "details": {**CHANGE, "undo": "mailto:tg2+set@iso-sr.example?body=Language%3A%20en"},
    "details-help": {"problems": CHANGE["problems"], "details": [(phrase("Name"), "Anna Kim")]},
    "details-confirm": {**CHANGE, "days": 7, "link": LINK},
    "preferences-link": {"link": "https://x.example/preferences/1-abc", "time": timedelta(hours=1)},
    "old-address": {"new": "anna@new.example", "days": 7, "link": LINK},
    "new-address": {"days": 7, "link": LINK},
    "address-help": {"address": "anna@union.example"},
    "moved": {"old": "anna@union.example", "new": "anna@new.example", "greeting": greeting("Anna Kim", "")},
    "not-moved": {"new": "anna@new.example"},
    "unchanged": {"what": phrase("a change of your address")},
    "forget-confirm": {"titles": ["ISO/SR Update"], "voted": True, "days": 7, "link": LINK},
    "forgotten": {},
    "membership-ending": {**MEMBERSHIP, "greeting": greeting("Anna Kim", "")},
    "membership-ended": {**MEMBERSHIP, "greeting": greeting("Anna Kim", "")},
    "memberships-ending": {"rows": [("Anna Kim", "anna@union.example", "nmb", date(2027, 12, 31))], "days": 30},
    "board-moved": {"boards": ["Advisory Group"], "old": "anna@union.example", "new": "anna@new.example"},
    "board-forgotten": {"boards": ["Advisory Group"]},
    "to-forward": {"publication": "ISO/SR Update", "number": 1, "title": "ISO/SR Update 1: The road", "named": ""},
    "no-copy": {"why": phrase("No issue was sent to you yet.")},
    "faq-none": {},
    "faq": {
        "title": "Frequently asked questions",
        "version": "1.0",
        "day": date(2026, 11, 23),
        "is_translated": True,
        "language": Language("en"),
        "text": TEXT,
        "is_attached": False,
        "site": "https://iso-sr.example",
    },
    "faq-answer": {"version": "1.0", "count": 2, "text": TEXT, "item": 12, "days": 7},
    "ballot": {
        **BALLOT,
        "lists": ["NMBs", "D-liaisons", "Subscribers"],
        "stands_for": "Nils Holm",
        "pages": 3,
        "embargo": DEADLINE,
        "digest": "0123456789ab",
        "superseded": True,
        "moved": True,
        "revision": 3,
        "asked_before": 2,
        "note": "The date in article 2.\nAnd a comma.",
        "changes": [
            {
                "language": Language("en"),
                "is_new": False,
                "is_gone": False,
                "sentences": [
                    phrase("Article %(number)s: %(change)s", number=2, change=phrase("“%(now)s” is new.", now="May"))
                ],
            },
            {"language": Language("fr"), "is_new": True, "is_gone": False, "sentences": []},
            {"language": Language("es"), "is_new": False, "is_gone": True, "sentences": []},
        ],
        "drafts": [{"tag": tag, "language": Language(tag), "text": TEXT, "html": ""} for tag in ("en", "fr")],
    },
    "ballot-receipt": {
        **BALLOT,
        "choice": "approve",
        "standing": STANDING,
        "late": False,
        "closed": "",
        "reopened": False,
        "stopped": True,
    },
    "ballot-help": {**BALLOT, "reason": "the first line is not one of the words.", "cure": phrase("Write it alone.")},
    "ballot-words": {
        **ITEM,
        **REFUSED,
        "choice": "",
        "counted": False,
        "files": FILES,
        "original": "",
        "left_out": [phrase("the end of a text, which is very long")],
    },
    "challenge": {
        **BALLOT,
        "choice": "approve",
        "keyword": "APPROVE",
        "received": DEADLINE,
        "reason": "it carries no signature of your organisation",
        "address": "anna@cag.example",
    },
    "refused-votes": {"replies": [REFUSED, {**REFUSED, "member": "Bo"}], "more": 2},
    "member-away": {
        **BALLOT,
        "shown": "Anna Kim <anna@cag.example>",
        "said": "Out of office: I am back on Monday.",
        "substitute": "bert@cag.example",
        "silence": True,
    },
    "substituted": {**BALLOT, "substitute": "bert@cag.example"},
    "stand-in": {**BALLOT, "substitute": "Bert Vos"},
    "key-changed": {"fingerprint": "6A93 9566 D8A7 6001", "enrolled": True, "address": "anna@cag.example"},
    "not-yours": {**ISSUE, "member": "Anna Kim", "sender": "eve@elsewhere.example"},
    "reminder": {**BALLOT, **ADDED, "asked": DEADLINE},
    "stands": {**BALLOT, **ADDED, "choice": CHOICES[Choice.APPROVE]},
    "extended": {**BALLOT, **ADDED, "choice": CHOICES[Choice.ABSTAIN]},
    "reopened": {**BALLOT, **ADDED, "choice": ""},
    "withdrawn": {**BALLOT, **ADDED},
    "closed": {**BALLOT, **ADDED, "granted": False},
    "entered": {
        **BALLOT,
        "own": False,
        "voter": "Luis Ortega",
        "choice": CHOICES[Choice.APPROVE],
        "by": "nora",
        "because": "By telephone, confirmed by Nora Lind.",
    },
    "submitted": {
        **TO_EDITORS,
        **ADDED,
        "revision": 2,
        "standing": "Anna Kim",
        "asked": "Luis Ortega, Nils Holm",
    },
    "without-quorum": {
        **TO_EDITORS,
        "board": "Steering group",
        "enough": True,
        "early": False,
        "counted": 1,
        "needed": 3,
        "votes": VOTES,
    },
    "passed-on": {**BALLOT, "board": "Steering group"},
    "undecided": {
        **TO_EDITORS,
        "silent": [{"member": "Nils Holm", "reason": phrase("no reminder was delivered")}],
        "votes": VOTES,
    },
    "open-again": {**TO_EDITORS, "member": "Luis Ortega", "votes": VOTES, "was_granted": False},
    "late-vote": {
        **TO_EDITORS,
        "member": "Luis Ortega",
        "choice": CHOICES[Choice.OBJECT],
        "objects": True,
        "comment": "Article 2 is out of date.",
        "why": "it came after the deadline",
        "can_stop": True,
    },
    "ballot-done": {**TO_EDITORS, "done": "Reminded: Luis Ortega."},
    "board-granted": {**ISSUE, **RECORD, "heading": "ISO/SR Update 1", "votes": VOTES},
    "granted": {
        **RECORD,
        **TO_EDITORS,
        "votes": VOTES,
        "standing": STANDING,
        "silence": True,
        "digest": "0123456789ab",
    },
    "objected": {**TO_EDITORS, "member": "Luis Ortega", "comment": "Article 2 is out of date.", "votes": VOTES},
    "board-lapsed": {**ISSUE, "name": "Anna Kim", "heading": "Update 1", "deadline": DEADLINE, "standing": STANDING},
    "lapsed": {**TO_EDITORS, "votes": [], "standing": STANDING, "early": False},
    "feedback": {
        **ITEM,
        "joined": True,
        "about": "ISO/SR Update 1",
        "files": FILES,
        "original": "",
        "left_out": [phrase("the end of a text, which is very long")],
        "through": "Institute of Standards",
    },
    "feedback-receipt": {
        "number": 12,
        "days": 7,
        "through": "Institute",
        "consent": "You may pass on my name",
        "asked": True,
    },
    "feedback-again": {"number": 12},
    "feedback-answer": {"subject": "A word (#12)", "text": "First line.\n\nAnother paragraph."},
    "feedback-sent": {**ITEM, "author": "editor@example.org", "files": ["report.pdf"]},
    "feedback-unsent": {**ITEM, "reason": phrase("it has no words of its own"), "again": True},
    "feedback-confirm": {
        **ITEM,
        "files": [{"name": "report.pdf", "media_type": "application/pdf", "size": 4711, "sha256": "0" * 64}],
    },
    "feedback-comment": {**ITEM, "about": "ISO/SR Update 1", "files": FILES},
    "feedback-commented": {**ITEM, "author": "nmb@example.org", "files": FILES, "original": "feedback-12-7.eml"},
    "feedback-own": {"number": 12},
    "feedback-digest": {
        "waiting": 2,
        "late": 1,
        "groups": [
            {
                "tag": "tables",
                "lines": [{**ITEM, "age": timedelta(days=8), "assignee": "a@x.org", "late": True}],
                "more": 3,
            }
        ],
    },
    "cancelled": {**ISSUE, "member": "Anna Kim"},
    "stopped": {**ISSUE, "member": "Anna Kim"},
    "test-copy": {**ISSUE, "subject": "ISO/SR Update 1: Before Bangkok"},
    "voided": {**ISSUE, "title": "Before Bangkok"},
    "released": {
        "sender": "eve@elsewhere.example",
        "subject": "A word",
        "text": "First line.",
        "received": DEADLINE,
        "reason": "it has too many parts",
    },
    "needs": {
        "needs": [phrase("Set aside in the folder %(folder)s: %(mails)s.", folder="Attention", mails="3 mails")],
        **RECORD,
    },
    "office-status": {
        "refused": ["Anna Kim's reply of 10:02 on ISO/SR Update 1 was not counted: it is not signed."],
        **RECORD,
        "lists": [("NMBs", 1200), ("Subscribers", 3)],
        "reviews": [("NMBs", 31, 45, DEADLINE)],
        "issues": [
            {
                "name": "update 1",
                "title": "Before Bangkok",
                "state": "submitted",
                "due": DEADLINE,
                "counted": 1,
                "needed": 2,
                "missing": ["Anna Kim", "Bo"],
                "deadline": DEADLINE,
            }
        ],
        "queued": 4,
        "needs": [],
    },
    "attention": {
        "can_be_released": True,
        "handed_over": False,
        "command": "mailer incoming show 17 --raw",
        "reason": phrase("it has too many parts"),
        "folder": "Attention",
        "received": datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
        "size": 4711,
    },
    "held": {
        "since": DEADLINE,
        "attention": 60,
        "feedback": 1,
        "lines": [("its From hides a line break", 60), ("Ulla <ulla@union.example> · A question", 1)],
        "more": 3,
    },
    "missed": {
        **ISSUE,
        "due": datetime(2026, 12, 4, 17, 0, tzinfo=UTC),
        "now": datetime(2026, 12, 7, 7, 0, tzinfo=UTC),
    },
    "refused": {
        "domain": "gmail.com",
        "relay": "smtp.iso-sr.example",
        "cause": CAUSES[Refusal.POLICY],
        "reply": "550 5.7.26 unauthenticated",
        "until": DEADLINE,
        "cure": CURES[Refusal.POLICY],
    },
    "staff-refused": {
        "again": True,
        "is_secretary": False,
        "reason": phrase("it came from another address, %(sender)s", sender="eve@elsewhere.example"),
        "about": "feedback 17",
        "written": DEADLINE,
    },
    "invitation": {
        "greeting": greeting("Anna Kim", ""),
        "titles": ["ISO/SR Update"],
        "list": "Subscribers",
        "organisation": "The Union",
        "nominator": "Luis Ortega",
        "proposed": True,
        "may_wait": True,
        "later": 90,
        "days": 60,
        "fields": [Shown("name", phrase("Name"), "Anna", Phrase())],
        **{f"{word}_reply": PreparedReply(VOTING, word) for word in ("yes", "no", "later")},
    },
    "by-office": {
        "greeting": greeting("Anna Kim", ""),
        "list": "National member bodies",
        "titles": ["ISO/SR Update"],
        "leave": LINK,
    },
    "office-objected": {
        "member": "Anna Kim",
        "address": "anna@x.example",
        "list": "National member bodies",
        "command": "mailer member add anna@x.example nmb",
    },
    "nomination": {
        "nominator": "Luis Ortega (luis@wg.example)",
        "organisation": "The Union",
        "list": "Subscribers",
        "fields": [Shown("organisation", phrase("Organisation"), "The Union", Phrase())],
        "beside": "They asked me.",
        "obstacle": phrase("they were invited before"),
    },
    "wish": {
        "number": 12,
        "sender": "Luis Ortega <luis@tg3.example>",
        "fields": [Shown("what", phrase("What is wanted"), "a leaflet on our work", Phrase())],
        "beside": "We can send pictures.",
        "changed": False,
    },
    "wish-due": {
        "number": 12,
        "sender": "Luis Ortega <luis@tg3.example>",
        "what": "a leaflet on our work",
        "until": date(2027, 5, 3),
    },
    "wish-done": {"number": 12, "what": "a leaflet on our work", "note": "It is on the site."},
    "wish-withdrawn": {"number": 12, "sender": "Luis Ortega <luis@tg3.example>", "what": "a leaflet on our work"},
    "link-proposed": {
        "proposer": "Luis Ortega (luis@wg.example)",
        "title": "Global Compact",
        "fields": shown(LINK_LINES, {"url": "https://unglobalcompact.org/", "kind": "initiative"}),
        "beside": "It is missing.",
        "known": True,
    },
    "link-decided": {"title": "Global Compact", "what": phrase("It will be in the next version of the list.")},
    "dead-links": {
        "title": "Links 1.0",
        "dead": [("Global Compact", "https://unglobalcompact.org/", "404")],
        "none_answers": False,
    },
    "nomination-told": {"organisation": "The Union", "what": phrase("they have declined")},
    "nomination-call": {
        "greeting": greeting("Anna Kim", ""),
        "titles": ["ISO/SR Update"],
        "fields": [Shown("organisation", phrase("Organisation"), "", Phrase())],
    },
    "question-refused": {
        "reason": phrase("the time for an answer is over"),
        "about": phrase("the Directory of 2027"),
        "written": DEADLINE,
    },
    "event-proposed": {
        **EVENT,
        **BUTTONS,
        "host": "wanjiru@kebs.example",
        "host_name": "Wanjiru",
        "fields": LINES,
        "doubles": [{**EVENT, "number": 2}],
        "beside": "Please hurry.",
        "internal": False,
        "corrected": False,
        "unprintable": "環境",
    },
    "event-change": {
        **EVENT,
        **BUTTONS,
        "host": "wanjiru@kebs.example",
        "host_name": "Wanjiru",
        "changed": CHANGED,
        "fields": LINES,
    },
    "event-doubles": {**EVENT, "doubles": [{**EVENT, "number": 2}]},
    "event-accepted": {**EVENT, "wants_presenter": True, "fields": LINES},
    "event-declined": {**EVENT, "word": "It is not about our subject."},
    "event-changed": {**EVENT, "changed": CHANGED, "fields": LINES},
    "event-unchanged": {**EVENT, "word": "The hall is taken.", "fields": LINES},
    "event-change-asked": {**EVENT, "changed": CHANGED, "fields": LINES},
    "event-cancelled": {**EVENT, "by_host": False, "word": "There is no hall."},
    "event-cancelled-note": {**EVENT, "host": "wanjiru@kebs.example"},
    "event-reminder": {**EVENT, "fields": LINES},
    "event-off": EVENT,
    "site-failed": {"why": "publishing it failed: it ended with code 12: connection refused"},
    "event-moved": {**EVENT, "changed": CHANGED},
    "event-invitation": {**EVENT, **BUTTONS, "programme": "09:00 Coffee\n10:00 Talks", "speakers": [("Ana", "Why")]},
    "event-speaker": {**EVENT, "programme": "09:00 Coffee", "fields": LINES},
    "event-seat": EVENT,
    "event-soon": {**EVENT, "programme": "09:00 Coffee", "speakers": [("Ana", "")]},
    "event-speaker-answer": {**EVENT, "speaker": "Ana", "comes": True, "talk": "Why"},
    "question-unclear": {
        "about": "",
        "written": DEADLINE,
        "problems": [phrase("the time for an answer is over")],
        "choices": [phrase("“yes”"), phrase("“no”")],
        "how": phrase("Reply with “yes” or “no”."),
        "fields": [Shown("name", phrase("Name"), "Anna", Phrase())],
        "with_person": True,
    },
    "presenter-lines": {**PRESENTER, "state": phrase("in the bank")},
    "presenter-received": {**PRESENTER, "scope": "1.0"},
    "presenter-approved": {**PRESENTER, **PAPERS},
    "presenter-changed": {
        **PRESENTER,
        "changed": [(phrase("Country"), Country("KE"), ""), (phrase("Name"), "", "Anna"), (phrase("Name"), "A", "B")],
    },
    "presenter-question": {**PRESENTER, "words": "Since when?\nAnd where?"},
    "presenter-declined": {"name": "Anna Kim", "words": "We have enough.\nThank you."},
    "presenter-retired": {"name": "Anna Kim"},
    "presenter-news": {**PRESENTER, **PAPERS},
    "presenter-scope": {
        **PAPERS,
        "name": "Anna Kim",
        "title": "The task of a presenter",
        "version": "1.1",
        "before": "1.0",
        "yes_reply": PreparedReply(VOTING, "yes"),
        "no_reply": PreparedReply(VOTING, "no"),
    },
    "presenter-disagrees": {"name": "Anna Kim", "number": 12, "version": "1.1"},
    "presenter-registered": {
        **PRESENTER,
        "number": 12,
        "address": "anna@example.org",
        "scope": "1.0",
        "words": "I speak slowly.\nAnd clearly.",
        "known": ["human rights"],
        "yes_reply": PreparedReply(VOTING, "yes"),
        "no_reply": PreparedReply(VOTING, "no"),
    },
    "presenter-call": {
        "fields": FIELDS,
        "greeting": greeting("Anna Kim", ""),
        "title": "The task of a presenter",
        "version": "1.0",
        "is_attached": True,
    },
    "presenter-choice": {
        **EVENT,
        **{f"reply_{number}": PreparedReply(VOTING, str(number)) for number in range(1, 6)},
        "no_reply": PreparedReply(VOTING, "NO"),
        "wanted": LINES[:1],
        "asked": [("Luis Ortega", phrase("said no"))],
        "ranked": [
            {**RANKED, "number": 1, "organisation": "Labour Forum"},
            {**RANKED, "number": 2, "organisation": "", "reasons": []},
        ],
        "others": 3,
        "unsuited": 2,
    },
    "presenter-asked": {**ENGAGED, **BUTTONS, "days_left": 8, "again": False, "scope": "1.0"},
    "presenter-agreed": {**ENGAGED, **PAPERS, **TO_PRESENTER},
    "presenter-brief": {**ENGAGED, **TO_PRESENTER},
    "presenter-moved": {**ENGAGED, **TO_PRESENTER, "agreed": True},
    "presenter-off": {**EVENT, "agreed": True, "word": "The hall has burnt down."},
    "presenter-found": {
        **EVENT,
        "presenter": "Anna Kim",
        "presenter_address": "anna@example.org",
        "organisation": "Labour Forum",
        "experience": "Ten years of talks.",
        "covered": "travel, accommodation",
    },
    "presenter-settled": {
        **EVENT,
        "presenter": "Anna Kim",
        "presenter_address": "anna@example.org",
        "organisation": "Labour Forum",
        "host": "wanjiru@kebs.example",
        "host_name": "Wanjiru",
        "told": True,
    },
    "presenter-lost": {**EVENT, "presenter": "Anna Kim", "word": "I broke my leg."},
    "presenter-lost-note": {**EVENT, "presenter": "Anna Kim", "word": "I broke my leg."},
    "presenter-unwanted": {**EVENT, "presenter": "Anna Kim", "word": "We have somebody."},
    "report-asked": {**EVENT, "again": False, "fields": REPORT_LINES},
    "report-receipt": {**EVENT, "report": 12, "fields": REPORT_LINES, "files": ["hall.jpg"], "words": True},
    "channel-pack": {**CHANNEL_PACK, "fields": FIELDS, "no_reply": PreparedReply(VOTING, "no")},
    "channel-part": CHANNEL_PACK,
    "press-release": {
        "title": "A standard on social responsibility",
        "text": "SALVADOR, 3 May.\n\nISO writes.",
        "leave": LINK,
    },
    "press-held": {
        "title": "A standard on social responsibility",
        "key": "salvador",
        "reason": "The board approved an earlier version.",
        "cure": "",
    },
    "press-sent": {"title": "A standard on social responsibility", "sent": 12, "failed": 1},
    "presenter-part": {**PRESENTER, "part": 2, "parts": 3, "files": ["kit-1.0.pptx", "film.mp4"]},
    "channel-read-me": CHANNEL_PACK,
    "channel-reminder": {**CHANNEL_PACK, "mailed": DEADLINE, "fields": FIELDS, "no_reply": PreparedReply(VOTING, "no")},
    "channel-answered": {
        **CHANNEL_PACK,
        "pack": 3,
        "declined": False,
        "appears": "May 2027",
        "place": "page 12",
        "changes": "the last paragraph is cut",
        "words": "We print it in May.\n\nElena",
    },
    "report-filed": {
        **EVENT,
        "report": 12,
        "presenter": "Anna Kim",
        "corrected": False,
        "lines": REPORT_LINES[:1],
        "words": "It was a pleasure.\nThank you.",
        "files": [("hall.jpg", "report-12-1.jpg"), ("film.mp4", "")],
    },
    "report-missing": {**EVENT, "presenter": "Anna Kim", "presenter_address": "anna@example.org"},
    "submission-lines": {
        "title": phrase("an event"),
        "fields": FIELDS,
        "days": 14,
        "also": [phrase("It is attached.")],
    },
    "article-asked": {**ARTICLE, **BUTTONS, "brief": "How to get there.\nWhat to see.", "again": False},
    "article-noted": ARTICLE,
    "article-received": {**ARTICLE, **CAME},
    "article-accepted": ARTICLE,
    "article-over": {**ARTICLE, "state": "declined", "word": "We have one already."},
    "article-word": {**ARTICLE, "text": "Could you name the hotel?\n\nThank you."},
    "article-proof": {**ARTICLE, "text": "[1] Come to Bangkok\n", "line": "Anong Kim", "required": True},
    "article-proof-again": {**ARTICLE, "sent": DEADLINE},
    "article-agreed": {**ARTICLE, "proof": 2, "digest": "3f2a9c81d4e5"},
    "article-only-yes": {**ARTICLE, "proof": 2},
    "article-correcting": {**ARTICLE, "count": 2},
    "article-confirm": {**BUTTONS, "days": 14},
    "article-how": {"by": "ISO/SR TG 2"},
    "article-came": {
        **ARTICLE,
        **CAME,
        "text": "Welcome to Bangkok.\n",
        "beside": "Dear editors,\nhere it is.",
        "original": "article-12-3.eml",
        "offered": False,
        "in_folder": True,
    },
    "article-promised": {**ARTICLE, "was": date(2027, 1, 8), "words": "Until Friday, please."},
    "article-declined": {**ARTICLE, "was": phrase("asked"), "words": "I am away."},
    "article-words": {**ARTICLE, "words": "Which hotel?", "state": phrase("asked"), "original": "", "files": 1},
    "article-late": {**ARTICLE, "proof": False},
    "article-corrected": {
        **ARTICLE,
        "changes": [(2, "Welcome to [-Bankok-]{+Bangkok+}.")],
        "words": "One slip.",
        "was_agreed": True,
        "original": "article-12-4.eml",
    },
    "article-settled": {**ARTICLE, "proof": 2, "digest": "3f2a9c81d4e5"},
    "article-told": {**ARTICLE, "by": "editor@example.org", "text": "Could you name the hotel?"},
    "submission-confirm": {
        "also": [],
        "title": phrase("an event"),
        "fields": FIELDS,
        "known": True,
        "problems": [(phrase("it is over"), "3 May 2019"), (phrase("it is over"), "")],
        "days": 14,
    },
    "submission-received": {
        "title": phrase("an event"),
        "fields": FIELDS,
        "changed": [(phrase("Country"), Country("KE"), ""), (phrase("Name"), "", "Anna"), (phrase("Name"), "A", "B")],
    },
    "submission-withdrawn": {"title": phrase("an event")},
    "question-challenge": {
        "about": "",
        "written": DEADLINE,
        "received": DEADLINE,
        "reason": phrase("it came from another address, %(sender)s", sender="eve@elsewhere.example"),
        "choice": phrase("“yes”"),
        "number": None,
        "instead": "",
        "changed": [(phrase("Name"), "Anna", "Anne"), (phrase("Country"), "Kenya", "")],
        "words": 412,
        "files": 2,
        "yes_reply": PreparedReply(VOTING, "yes"),
    },
    "refusing": {
        "domain": "gmail.com",
        "cause": CAUSES[Refusal.POLICY],
        "reply": "550 5.7.1 blocked",
        "cure": CURES[Refusal.POLICY],
    },
    "retry": {"greeting": greeting("Anna Kim", ""), "since": DEADLINE},
    "wrong-address": {
        "greeting": greeting("Anna Kim", ""),
        "address": "gone@union.example",
        "organisation": "Union of Examples",
        "removed": False,
    },
    "wrong-addresses": {"addresses": [("gone@union.example", "Union of Examples")], "more": 2},
    "held-back": {
        **ISSUE,
        "due": DEADLINE,
        "why": ["templates/issue/mail.html has changed since this issue was built (--as-granted)."],
    },
    "not-granted": {
        **ISSUE,
        "reply": "The board approved an earlier version, not this one: the text of the edition “en”. Submit it again.",
        "cause": CAUSES[Refusal.GRANT],
        "cure": CURES[Refusal.GRANT],
        "sent": 2,
        "failed": 0,
        "waiting": 998,
    },
    "suspended": {
        **ISSUE,
        "cause": CAUSES[Refusal.SIZE],
        "reply": "552 5.3.4 Message size exceeds fixed limit",
        "cure": CURES[Refusal.SIZE],
        "sent": 2,
        "failed": 0,
        "waiting": 998,
    },
    "outage": {"part": "mailbox", "since": DEADLINE, "now": DEADLINE, "fault": "imap: no connection"},
    "back": {"part": "relay", "since": DEADLINE, "now": DEADLINE, "fault": "smtp: no connection"},
    "unfiled": {"reason": "cannot move messages to 'Processed': [OVERQUOTA] the mailbox is full"},
    "summary": {
        **ISSUE,
        **RECORD,
        "cancelled": False,
        "whom": "",
        "sent_now": 991,
        "total_now": 1001,
        "total": 1001,
        "mostly_failed": False,
        "sent": 991,
        "failed": 7,
        "suppressed": 1,
        "doubtful": 2,
        "failures": group_replies((f"reader{n}@example.org", "550 5.1.1 no such user") for n in range(7)),
        "held": group_replies([("gone@example.org", "left before it was sent")]),
        "doubts": ["doubtful@example.org"],
        "started": datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
        "ended": datetime(2026, 3, 1, 12, 4, tzinfo=UTC),
        "took": timedelta(minutes=4),
        "per_minute": 250,
    },
    "review": REVIEW,
    "review-reminder": REVIEW,
    "review-second": {**REVIEW, "organisation": "Union for Clarity", "colleague": "Bea Novak", "maintains": False},
    "review-instead": {"title": "Subscribers", **YES_AND_NO},
    "review-receipt": {
        **REVIEW,
        "changed": [
            (phrase("Organisation"), "Union of Clarity", "Union for Clarity"),
            (phrase("Country"), Country("KE"), ""),
        ],
        "late": True,
        **YES_AND_NO,
    },
    "review-other": {**REVIEW, "other": "cy@union.example", "outcome": "asked"},
    "review-welcome": REVIEW,
    "review-decided": {**REVIEW, "removed": True},
    "review-co-member": {**REVIEW, "country": Country("KE")},
    "review-planned": {"title": "Subscribers", "key": "subscriber", "day": DAY, "entries": 312, **YES_AND_NO},
    "review-started": {
        "title": "Subscribers",
        "key": "subscriber",
        "day": DAY,
        "is_late": True,
        "missed": False,
        "reason": "",
        "entries": 312,
        "ends": DAY,
    },
    "review-proposal": {
        "title": "Subscribers",
        "key": "subscriber",
        "started": DAY,
        "entries": [ENTRY, {**ENTRY, "number": 12, "called": "", "country": Country(""), "state": phrase("silent")}],
        "more": 3,
        "silent": 4,
        "unclear": 1,
        "policy": POLICY_NAMES[ReviewPolicy.REMOVE],
        **YES_AND_NO,
    },
    "review-summary": {
        "title": "Subscribers",
        "key": "subscriber",
        "started": DAY,
        "ended": DAY,
        **FIGURES,
        "countries": [(Country("KE"), FIGURES), (Country(""), FIGURES)],
        "flagged": [ENTRY],
        "more": True,
        "version": "2.0",
        "unpublished": "",
    },
    "suspended-review": {
        "title": "Subscribers",
        "key": "subscriber",
        "cause": CAUSES[Refusal.QUOTA],
        "reply": "550 5.4.5 Daily sending quota exceeded",
        "cure": CURES[Refusal.QUOTA],
        "sent": 12,
        "failed": 1,
        "waiting": 300,
    },
}
WITH_HTML = {
    *("presenter-registered", "presenter-scope", "presenter-choice", "presenter-asked"),
    *("confirm", "welcome", "leave-confirm", "ballot", "ballot-help", "reminder", "challenge"),
    *("details-confirm", "old-address", "new-address", "forget-confirm", "preferences-link"),
    *("article-asked", "article-confirm"),
    "press-release",
    *("question-challenge", "faq", "faq-answer"),
    "invitation",
    *("event-proposed", "event-invitation"),
    *("translation-wanted", "translation-proof", "translation-late"),
    *("edition-agreed", "edition-links", "edition-ready"),
    *("review-instead", "review-planned", "review-proposal"),
}
KEYWORDS = {"approve", "object", "abstain", "approuver", "aprobar", "objecter", "objetar", "abstention", "abstencion"}


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(TEMPLATES)


def lone_keywords(text: str) -> list[str]:
    """Lines that are only a keyword, so that a careless parser could take them for a vote, even when quoted."""
    return [line for line in text.splitlines() if line.strip(" >\t.,…:;!?\"“”'*_-").casefold() in KEYWORDS]


def lines_of_html(html: str) -> str:
    """The HTML as mail clients quote it in plain text: a line for each block."""
    body = html.partition("<body")[2]
    return re.sub(r"<[^>]+>", "", re.sub(r"</?(p|td|tr|table|h1|br|a|pre)\b[^>]*>", "\n", body))


def test_no_message_removes_the_line_break_after_it() -> None:
    lines = [line for path in TEMPLATES.glob("*/*.txt") for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if line.endswith("{% endtrans %}")] == []


def test_every_template_is_tested() -> None:
    parts = {
        "signature",
        "votes",
        "feedback-files",
        "ballot-verbs",
        "vote-lines",
        "how-to-vote",
        "rule",
        "changes",
        "record",
        "fill-in",
        "review-answer",
        "presenter-change",
        "presenter-documents",
        "event-what",
        "event-changes",
        "event-programme",
        *("channel-contents", "channel-terms", "channel-left"),
        *("ballot-document", "faq-more"),
    }
    assert {path.stem for path in (TEMPLATES / "notice").glob("*.txt")} - parts == set(NOTICES)


@pytest.mark.parametrize("language", data.languages())
@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_is_a_short_letter(renderer: Renderer, name: str, language: str) -> None:
    notice = renderer.notice(name, {**OFFICE, **NOTICES[name]}, language)
    longest = [line for line in notice.text.splitlines() if columns(line) > 72 and "mailto:" not in line]
    assert longest == []
    assert notice.subject and "\n" not in notice.subject
    assert "\n\n\n" not in notice.text
    lines = notice.text.splitlines()
    assert [line for line, next_one in pairwise(lines) if line and next_one == "-- "] == []
    assert language != "en" or not lines[0].endswith(",") or lines[1] == ""
    assert OFFICE["office_address"] in notice.text
    assert (notice.html is not None) == (name in WITH_HTML)


@pytest.mark.parametrize("name", NOTICES)
def test_every_line_of_a_notice_in_arabic_is_shown_from_the_right(renderer: Renderer, name: str) -> None:
    """Mail apps take a line's direction from its first letter. Lines of Latin letters alone are addresses or names."""
    for line in renderer.notice(name, {**OFFICE, **NOTICES[name]}, "ar").text.splitlines():
        strong = [kind for kind in map(unicodedata.bidirectional, line) if kind in ("L", "R", "AL")]
        assert "AL" not in strong or strong[0] != "L", line


def test_a_notice_in_arabic_is_mirrored(renderer: Renderer) -> None:
    """Also where a mail app drops the attributes of the element html."""
    html = renderer.notice("ballot", {**OFFICE, **NOTICES["ballot"]}, "ar").html
    assert html
    page = lxml.html.fromstring(html)
    assert {one.get("dir") for one in page.xpath("//body/table[@lang]")} == {"rtl"}
    styles = " ".join(one.get("style") for one in page.xpath("//ul | //blockquote"))
    assert set(re.findall("(?:padding|border)-(left|right)", styles)) == {"right"}


@pytest.mark.parametrize("language", data.languages())
@pytest.mark.parametrize("name", NOTICES)
def test_A12_a_quoted_notice_never_looks_like_a_vote(renderer: Renderer, name: str, language: str) -> None:
    notice = renderer.notice(name, {**OFFICE, **NOTICES[name]}, language)
    assert lone_keywords(notice.text) == []
    assert lone_keywords(lines_of_html(notice.html or "")) == []


@given(
    member=st.text(max_size=90),
    publication=st.text("ab de", max_size=90),
    deadline=st.datetimes(timezones=st.just(UTC)),
)
def test_A12_no_length_of_a_name_puts_a_keyword_on_its_own_line(
    renderer: Renderer, member: str, publication: str, deadline: datetime
) -> None:
    values = {**OFFICE, **NOTICES["ballot"], "member": member, "publication": publication, "deadline": deadline}
    for name, language in product(("ballot", "ballot-help"), data.languages()):
        assert lone_keywords(renderer.notice(name, {**values, "reason": publication, "cure": ""}, language).text) == []


@pytest.mark.parametrize("language", data.languages())
@pytest.mark.parametrize("name", NOTICES)
def test_D1_values_are_never_compiled(renderer: Renderer, name: str, language: str) -> None:
    attack = "{{7*7}}{% for x in y %}<script>alert(1)</script>"
    values = {key: attack if isinstance(value, str) else value for key, value in NOTICES[name].items()}
    values |= {key: NOTICES[name][key] for key in ("format", "choice") if key in NOTICES[name]}
    notice = renderer.notice(name, {**OFFICE, "office": attack, **values}, language)
    assert "49" not in notice.text
    assert "{{7*7}}" in notice.text
    assert not notice.html or lxml.html.fromstring(notice.html).xpath("//script") == []


def test_C2_a_line_break_in_a_value_becomes_a_space(renderer: Renderer) -> None:
    values = {**OFFICE, **NOTICES["feedback"], "subject": "one\r\nBcc: two\x0b\u2028three"}
    notice = renderer.notice("feedback", values)
    assert notice.subject.endswith("one Bcc: two three")
    assert "Bcc: two three" not in notice.text.splitlines()


def test_B1_a_confirmation_contains_nothing_that_the_requester_wrote(renderer: Renderer) -> None:
    plain = renderer.notice("confirm", {**OFFICE, **NOTICES["confirm"]})
    assert renderer.notice("confirm", {**OFFICE, **NOTICES["confirm"], "name": "BUY NOW", "greeting": "BUY"}) == plain


def test_the_issue_in_a_ballot_is_unchanged(renderer: Renderer) -> None:
    text = (
        "A table\n\nDay       What\n--------  ----\n1 March   Meeting\n\n\n2. Next\n=======\n\n"
        + "word " * 13
        + "end\n"
    )
    draft = {"tag": "en", "language": Language("en"), "text": text, "html": ""}
    notice = renderer.notice("ballot", {**OFFICE, **NOTICES["ballot"], "drafts": [draft]})
    assert notice.text.endswith("\n\n" + text)
    assert notice.text.count(text) == 1


@pytest.mark.parametrize("name", [name for name, values in NOTICES.items() if "typed" in values])
def test_commands_name_the_publication_where_it_is_not_the_first(renderer: Renderer, name: str) -> None:
    notice = renderer.notice(
        name, {**OFFICE, **NOTICES[name], "typed": "1 -p member-update", "submit": "issue submit 1 -p member-update"}
    )
    typed = [line for line in notice.text.splitlines() if line.startswith("    mailer ")]
    commands = [line for line in typed if not line.startswith("    mailer ballot ")]  # which name a ballot
    assert [line for line in commands if "1 -p member-update" not in line] == []


def test_a_missing_value_is_an_error(renderer: Renderer) -> None:
    with pytest.raises(UndefinedError, match="'page' is undefined"):
        renderer.notice("confirm", {"titles": ["x"], "days": 7, "link": LINK, "office": "x", "office_address": "x"})


@pytest.mark.parametrize(
    ("choice", "late", "sentence"),
    [
        ("approve", False, "Your approval of ISO/SR Update 1 has been counted."),
        ("object", False, "Your objection to ISO/SR Update 1 has been counted."),
        (
            "approve",
            True,
            "It came after the deadline, Thursday 5 March 2026, 12:00 UTC, so it is recorded but not counted.",
        ),
    ],
)
def test_A28_a_receipt_says_what_became_of_the_vote(renderer: Renderer, choice: str, late: bool, sentence: str) -> None:
    values = {**OFFICE, **NOTICES["ballot-receipt"], "choice": choice, "late": late}
    assert " ".join(renderer.notice("ballot-receipt", values).text.split()).count(sentence) == 1


def test_a_long_link_is_not_broken(renderer: Renderer) -> None:
    assert LINK in renderer.notice("welcome", {**OFFICE, **NOTICES["welcome"]}).text.splitlines()


# --- in the reader's language ---


def translated(tmp_path: Path, language: str, translations: str) -> Renderer:
    """A renderer with a made-up catalogue."""
    file = tmp_path / language / "LC_MESSAGES" / "mailer.po"
    file.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    file.write_text(head + translations, encoding="utf-8")
    return Renderer(TEMPLATES, catalogues=Catalogues(tmp_path, language), zone=ZoneInfo("Europe/Paris"))


def test_G6_a_phrase_and_the_phrases_in_it_are_in_the_reader_s_language(tmp_path: Path) -> None:
    made_up = translated(
        tmp_path,
        "fr",
        """msgid "Line %(number)s: %(problem)s"\nmsgstr "Ligne %(number)s : %(problem)s"\n
msgid "its key is not one that we know."\nmsgstr "sa clé nous est inconnue."\n
msgid "labour union"\nmsgstr "syndicat"\n
msgid "Dear %(name)s,"\nmsgstr "%(name)s, bonjour,"\n""",
    )
    notice = made_up.notice("welcome", {**OFFICE, **NOTICES["welcome"]})
    lines = notice.text.splitlines()
    assert lines[0] == "Anna Kim, bonjour,"
    assert [line for line in lines if line.startswith("- ")] == [
        "- Name: Anna Kim",
        "- Kind: syndicat",
        "- Country: Corée du Sud",
        "- Language: français",
        "- Ligne 1 : sa clé nous est inconnue.",
    ]
    assert "Ligne 1 : sa clé nous est inconnue." in (notice.html or "").replace("&nbsp;", "\xa0")


def test_G6_a_time_and_a_length_of_time_are_written_in_the_reader_s_language(tmp_path: Path) -> None:
    made_up = translated(tmp_path, "fr", 'msgctxt "x"\nmsgid "x"\nmsgstr "y"\n')
    summary = made_up.notice("summary", {**OFFICE, **NOTICES["summary"], "sent": 1_234_567}).text.splitlines()
    assert [
        line.split(":", 1)[1].strip() for line in summary if line.startswith(("    Sent", "    Began", "    Took"))
    ] == [
        "1 234 567",
        "dimanche 1 mars 2026, 13:00 CET",
        "4 minutes, 250 a minute",
    ]


def test_G6_a_page_declares_its_language_and_direction(tmp_path: Path) -> None:
    made_up = translated(tmp_path, "ar", 'msgid "Please confirm"\nmsgstr "يرجى التأكيد"\n')
    for language, attributes in {"": {"lang": "ar", "dir": "rtl"}, "en": {"lang": "en", "dir": "ltr"}}.items():
        html = made_up.notice("confirm", {**OFFICE, **NOTICES["confirm"]}, language).html
        assert html is not None
        page = lxml.html.document_fromstring(html)
        assert {name: page.get(name) for name in attributes} == attributes


def test_D1_values_in_a_translation_are_cleaned_and_escaped(tmp_path: Path) -> None:
    made_up = translated(tmp_path, "fr", 'msgid "Dear %(member)s,"\nmsgstr "<b>%(member)s</b>, bonjour,"\n')
    values = {**OFFICE, **NOTICES["ballot"], "member": "Anna <i>%(digest)s\r\nBcc: x"}
    notice = made_up.notice("ballot", values)
    assert notice.text.splitlines()[0] == "<b>Anna <i>%(digest)s Bcc: x</b>, bonjour,"
    assert "<b>Anna &lt;i&gt;%(digest)s Bcc: x</b>, bonjour," in (notice.html or "")
