"""What a server means when it does not deliver a mail: by its words, and by its codes (RFC 5321 4.2, RFC 3463).

Words count more than codes, because many servers give a general code, or a wrong one, with clear words. The tables are
asked in their order, and the first row that fits decides. They see words without addresses and hosts, because their
owners choose these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from mailer.model.reports import Why


class Diagnosis(NamedTuple):
    """What a server's codes and words come to."""

    status: str
    """The status code that counts (RFC 3463), or empty."""
    why: Why
    permanent: bool
    """Whether the address itself, or its host, takes no mail for good."""


_LOOKED_AT = 1_500
"""How many characters of the words are looked at."""

_STATUS = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?!\d|\.\d)")
"""A status code; neither a version (``v4.6.1``) nor a part of an IP address."""
_VERSION = re.compile(
    r"\b(?:v|ver|version|release|rev|build|mta|esmtp|exim|postfix|sendmail|mdaemon)[ :/.-]*\d[\w.-]*", re.I
)
_REPLY = re.compile(
    r"(?:^|[\s;:(>\"'-])([245][0-5]\d)(?=[\s\-:;,.)\]\"']|$)(?!\s*(?:kb|mb|bytes|octets|hours|days|seconds))", re.I
)
"""A reply code."""
_GENERAL = re.compile(r"[245]\.(?:0\.\d+|1\.0|2\.0|3\.0|5\.0)")
"""Status codes that say nothing of the cause."""

_OF_THE_MAIL = re.compile(r"[245]\.(?:2\.[23]|3\.4|4\.7)")
"""A server's own codes that are so clear that its words about an address do not count."""

_OWN_WORDS = re.compile(
    r"<[^<>\n]{0,320}@[^<>\n]{0,320}>|[^\s<>()\[\]\"',;]{1,64}@[^\s<>()\[\]\"',;:]{1,255}"  # addresses
    r"|https?://\S+|\bwww\.\S+"
    r"|(?<![\w.])(?=[\w.-]*[a-z])(?:[\w-]{1,63}\.){1,8}(?!(?:adr|rst|qtn|recip|recipient|send|restrict|bad|inv|not)\w*)"
    r"[a-z][\w-]{1,24}(?![\w.]*@)(?=[\s\[\](),;:<>\"'/.]|$)",
    re.IGNORECASE,
)
"""Addresses, links and hosts."""

_ABOUT_MAIL = re.compile(
    r"^[ \t>*]*(?:subject|subj|betreff|objet|asunto|assunto)\b[ \t]*:.*", re.IGNORECASE | re.MULTILINE
)
"""A line with the subject of the mail, which is its author's."""


class _Row(NamedTuple):
    why: Why
    words: re.Pattern[str]
    permanent: bool


def _row(why: Why, words: str, *, permanent: bool = False) -> _Row:
    return _Row(why, re.compile(words, re.IGNORECASE | re.VERBOSE), permanent)


_SOMEBODY = (
    r"(?: users? | recipients? (?: \s name )? | mail \s? box | accounts? | address (?: ee )? | e-?mail \s address"
    r" | e-?mail | rcpt | person | userid | alias | inbox | local[ -]part | subscriber | customer | employee | name )"
)
_NOT = r"(?: not | n['’]?t | no \s longer | cannot \s be )"
_BY_NAME = re.compile(
    r"spamcop|spamhaus|sorbs|barracudacentral|dnsbl|\brbl\b|uceprotect|\bblocklist|blacklist|\bdrbl\b|mailspike", re.I
)
"""Lists of hosts that send spam, by name."""

_TABLE: Sequence[_Row] = (
    # The sender, or how the mail came
    _row(
        Why.SPAM,
        r"""
        \b (?: anti-? )? spam (?! (?: cop | haus ) | bouncer \s? : ) | \b unsolicited \b | \b ube \b
          | \b uce \b | \b dt:spm \b | \b junk \s? mail
        | \b bulk [\s-] (?: e-?mail | mail | advert ) | \b mass \s mail (?: er | ing ) \b | phishing
          | \b uribl \b | \b surbl \b
        | content \s (?: filter \s )? (?: re jected? | rejection | denied | scanning ) | mail \s content \s denied
        | mail \s appears \s to \s be \s unsolicited | message \s (?: filtered | content \s rejected )
        | \b (?: mail | message ) \s? scor (?: e | ing ) (?: \b | upper )
        """,
    ),
    _row(
        Why.RELAYING,
        r"""
        \b relay (?: ing )? \b [^.;\n]{0,40} (?: denied | prohibited | not \s (?: permitted | allowed )
          | refused | disallowed | blocked )
        | \b (?: unable | not \s (?: permitted | allowed ) | refused? | cannot | can't
          | failed ) \s (?: to \s )? relay \b
        | \b no \s relay (?: ing )? | we \s do (?: \s not | n't ) \s relay | insecure \s mail \s relay
          | \b as \s a \s relay \b
        | \b allowed \s rcpthosts? | \b rcpthosts \b | non-local \s e-?mail \s address | relay \s access
        """,
    ),
    _row(
        Why.POLICY,
        r"""
        \b spf \b | \b dkim \b | \b dmarc \b | sender \s policy | \b unauthenticated | is \s not \s authenticated
        | quota \s for \s sending | will \s not \s accept \s delivery \s of \s this | frequency \s limited
        | (?: rejected | blocked ) \s by \s (?: the \s )? recipient
        """,
    ),
    _row(Why.BLOCKED, r"\b reverse \s dns \b | \b invalid \s ip \b"),
    _row(
        Why.SENDER_REJECTED,
        r"""
        \b sender (?: 's )? \b (?: \s (?: e-?mail | address | domain | name | host | identity | is | was | of
          | has | been | verify
            | verification | invalid | the | \( [^)]{0,40} \) | : ) )* \s? (?: address \s )?
          (?: rejected | denied | refused | invalid | unknown | failed | blocked | unverified | empty
            | spammer | blacklisted
            | not \s (?: allowed | accepted | permitted | found | verified | pre-?approved | authori[sz]ed
              | valid | recogni[sz]ed | exist )
            | does \s not \s (?: exist | resolve ) | cannot \s be \s (?: verified | found ) )
        | \b (?: invalid | bad | unknown | bogus | unroutable | unrouteable | null | empty | forged
          | unverified | unauthori[sz]ed )
          \s (?: envelope \s | outbound \s )? (?: sender | mail \s from | from ) \b
        | \b (?: empty | null ) \s (?: envelope \s )? senders? \b | sender \s was \s rejected | not \s like \s sender
        | \b mail \s from \b [^.;\n]{0,40} (?: denied | rejected | refused | not \s owned | disallowed )
        | domain \s of \s sender | sender \s domain | valid \s sender \s domain | does \s not \s match \s from
        | \b batv \b | backscatter | returned \s mail \s not \s accepted | bouncedeny | third-party \s dsn
          | emetteur \s invalide
        | \b not \s (?: allowed | permitted | authori[sz]ed ) \s to \s (?: send
          | post ) \s (?: e?mail \s )? (?: as | from | with )
        | badmailfrom | sender \s is \s in \s my
        """,
    ),
    _row(
        Why.BLOCKED,
        r"""
        \b block (?: ed )? [\s-]? (?: using | list ) | \b black [\s-]? list | \b rbl \b | dnsbl | \b deny \s? list
        | \b (?: is | was | are | been | temporarily ) \s (?: currently \s )? (?: blocked | banned
          | blacklisted | listed )
        | \b blocked \s (?: for \s abuse | due \s to | by \s (?! policy ) | - | see | from \s sending )
          | \b banned \s send
        | \b reputation \b | \b reverse \s lookup | \b ptr \b | \b hosts? \s with \s dynamic
          | \b dynamic \s ips? \b
        | client \s host \s rejected | client \s address | cannot \s (?: find
          | resolve ) \s your \s (?: reverse | host | address )
        | \b (?: your | sending ) \s (?: ip | host | server | remotehost | network | mail \s server )
          (?: \s address )? \s (?: is | has | was | looks | does | not | isn't | requires )
        | \b helo \b [^.;\n]{0,40} (?: reject | invalid | denied | refused ) | (?: invalid | bad | fake ) \s helo
        | (?: mail | connection s? | access ) \s from \s (?: your | this | ip ) | ip \s name \s lookup | open \s proxy
        | user \s complaints | requires \s confirmation | confirm \s this \s mail \s server | \( bl \)
          | \b is \s not \s allowed \s to \s send \s mail
        | connection \s (?: was \s )? (?: dropped | reset ) | \b go \s away \b | no \s access \s from
          | \b too \s many \s (?: connections | concurrent )
        | smtp \s server \s of \s your \s isp | unresolvable \s relay
        """,
    ),
    _row(
        Why.POLICY,
        r"""
        authentication | \b polic (?: y | ies ) \b
        | recipient \s preferences | not \s accepting \s mail \s (?: with | from ) | only \s accepting \s mail \s from
        | \b virus \b [^.;\n]{0,30} (?: found | detected ) | (?: contains? | detected
          | found ) [^.;\n]{0,30} \b virus | infected | malware
        | (?: illegal | forbidden | dangerous | executable | prohibited ) \s (?: attachment | file )
          | (?: images? | messages? ) [\w\s]{0,20} \s attachments? | \b captcha | members-only | non-member
          | not \s subscribed
        | closed \s mailing \s list | moderat (?: or | ed ) | rst\.notauthorized | recipnotauthorized | notauthorized
        | (?: daily | hourly | sending | sender ) \s (?: message \s )? (?: limit | quota ) \b
          | rate \s? limit | submissionquota
        | user \s reject | account \s is \s protected | refuse \s to \s receive
        | not \s (?: permitted | authori[sz]ed | allowed ) \s to \s send \s (?: messages? \s )? to
          | restricted | tls \s | starttls
        """,
    ),
    # The mailbox, or the size of the mail
    _row(
        Why.MAILBOX_FULL,
        r"""
        \b quota \b | \b over [\s-]? quota | overquota | \b (?: mail \s? box | mail \s? folder | inbox
          | account | disk | storage | boite [\w\s]{0,20} | casella | buz[oó]n ) \b [^.;\n]{0,30}
          \b (?: is \s )? (?: full | pleine? | piena | lleno | voll | exceed (?: s | ed )? (?: \s (?: its
            | the | allowed ) )? )
        | \b full \s mail \s? box | \b mail \s? box \b [^.;\n]{0,60} \b (?: exceed\w* | limit )
          | exceed\w* \s (?: storage | (?: its \s )? disk )
        | storage \s (?: space | allocation | limit ) | (?: enough | insufficient | no | out \s of
          | not \s enough | disk ) \s (?: free \s | more \s | available \s | disk \s )? (?: space | storage )
        | space \s (?: has \s been \s used | not \s enough ) | disk \s (?: is \s )? full | \b too \s (?: many
          | much ) \s (?: messages | mails? ) (?! \s (?: sent | from | per ) )
        | receiving \s limits | mail \s file \s size | 容量 | 邮箱已满 | 郵箱已滿 | 邮箱空间不足 | переполнен
        | postfach [^.;\n]{0,20} voll | zu \s? viele \s mails
        """,
    ),
    _row(
        Why.TOO_LARGE,
        r"""
        \b too \s (?: big | large ) \b | \b (?: message | mail ) \s too \s long | (?: send
          | recip ) sizelimit | zu \s gro(?: ß | ss )
        | \b size \b [^.;\n]{0,60} \b (?: exceed\w* | limit | maxim\w+ | too )
          | exceed\w* \b [^.;\n]{0,60} \b (?: size | length | limit ) \b
        | \b max (?: imum )? \b [^.;\n]{0,30} \b size \b | trop \s (?: gros | volumineux | grande? )
          | demasiado \s grande
        | length \s exceeds | 太大 | 大きすぎ
        """,
    ),
    # The address
    _row(
        Why.HOST_UNKNOWN,
        r"""
        \b unrout(?:e)? able \s (?: mail \s )? (?: address | domain | destination )
          | \b unknown \s (?: mail \s )? (?: host | domain )
        | \b (?: host | domain ) (?: \s (?: or \s domain | name | part ) )* \s (?: is \s
          | was \s )? (?: unknown | not \s found (?! ,? \s try ) | invalid | non-?existent )
        | \b (?: host | domain ) \b [^.;\n]{0,40} (?: does \s not \s exist | doesn't \s exist | not \s exist
          | must \s exist | is \s not \s reachable | is \s unknown | does \s not \s accept | no \s longer )
        | \b no \s such \s (?: host | domain | route ) | name \s or \s service \s not \s known | nxdomain
          | hostname \s not \s found
        | malformed \s (?: or \s unexpected \s )? name \s server | no \s mx \b | null \s? mx \b
          | mx \s records? \s point | no \s route \s found \s to \s domain
          | bad \s destination \s (?: host | system )
        | find \s any \s host | find \s a \s mail \s exchanger | host \s not \s found (?! ,? \s try )
          | domain \s or \s host \s unknown
        | domaine? \s (?: inconnue? | inexistant ) | dominio \s (?: desconocido | inexistente
          | no \s existe ) | dns \s domain
        """,
        permanent=True,
    ),
    _row(
        Why.USER_UNKNOWN,
        rf"""
        \b (?: unknown | no \s such | invalid | bad | deactivated | disabled | unrecogni[sz]ed
          | non-?existent | non-?existing
          | inactive | undeliverable | illegal | wrong | incorrect | inexistent )
          [\s-] (?: or \s \w+ \s | local \s | mail \s | e-?mail \s | final \s | virtual \s | destination \s
            | delivery \s | envelope \s | smtp \s )* {_SOMEBODY} \b
        | \b {_SOMEBODY} \b [^.;\n]{{0,80}} \b (?: unknown | unbekannt | undeliverable | inactive | disabled
          | deactivated | discontinued | suspended
            | closed | invalid | unavailable | unavaiable | deleted | frozen | locked | terminated
            | archived | cancell?ed | removed | abandoned | retired
            | rejected (?! \s by \b ) | denied | does \s not \s have | non-?existent | non-?existant
              | missing | nie \s istnieje | left )
        | \b {_SOMEBODY} \b [^.;\n]{{0,80}} {_NOT} \s? (?: be \s | uniquely \s )? (?: found | known | exist\w* | listed
          | valid | available | active | recogni[sz]ed
            | local | ok | accept\w* | present | registered | here | in \s use | on \s server | work\w*
              | employed | verified | activated | a \s | an \s | have \s | in \s | used | correct | taking )
        | \b no \s (?: mail \s? box | account | user | recipients? | person | one | matches
          | alias ) \b [^.;\n]{{0,40}} \b (?: here | name | found | available | at | in | query | with
          | exists? )
        | \b no \s (?: such | valid ) \s {_SOMEBODY} | no \s such \s mail \s drop | address_not_found
        | \b (?: account | mail \s? box ) \s (?: has \s | is \s )? expired | account \s is \s not \s allowed
        | is \s now \s disabled | does (?: \s not | n't ) \s handle \s mail \s for \s that \s user
        | ^ \W* (?: 5\d\d \W* )? (?: 5\.\d\.\d+ \W* )? not \s listed \b
        | does (?: \s not | n't ) \s have \s an? \b [^.;\n]{{0,60}} account
        | \b not \s (?: a \s | an \s | one \s of \s | in \s | our \s )+ (?: known | valid | active | local
          | customer | my | our | user | subscriber | mail \s? box | registered )
        | \b not \s listed \s in | badrcptto | bad_?recipient | badrecipientto | validrcptto | resolver\.adr
          | recip(?:ient)?notfound | unknown_?user | userunknown | nouser
        | 000c05a6 | did \s not \s (?: exactly \s )? match \s an | final \s (?: email \s )? delivery \s point
        | no \s longer \s (?: accepts? | works? | employed | valid | active | in \s use | available | exists?
          | an \s employee | with \s | on \s | a \s | at \s ) | has \s (?: moved | been \s replaced | left )
        | does \s not \s like \s recipient | there \s is \s no \s one | not \s collected
        | n'existe \s pas | n['’]existe \s pas | destinataires? \s (?: inconnus? | invalides? )
          | utilisateur \s inconnu | non \s recens[eé] | adresse \s [^.;\n]{{0,40}} invalide
        | no \s existe | inexistente | desconocid[oa] | não \s existe | nao \s existe | desconhecid[oa]
        | existiert \s nicht | unbekannt | nicht \s bekannt | nie \s istnieje | nieznany | nieprawid[lł]owy
          | neexistuje | neznám
        | non \s esiste | sconosciut[oa] | nessun \s utente | inesistente | onbekend | bestaat \s niet
          | okänd | finnes \s ikke
        | destinatario \s errat[oi] | nie \s ma \s takiego
        | не \s существует | неизвест | не \s найден | user \s not \s found | недоступен
        | 不存在 | 无此用户 | 查无此人
        | 存在しません | 見つかりません | リストにありません | 宛先不明 | 없는 \s? 사용자 | 존재하지
        | mailbox \s (?: name \s )? not \s allowed | not \s like \s recipient | konto \s niedost
        """,
        permanent=True,
    ),
    # Time, and all the rest
    _row(
        Why.EXPIRED,
        r"""
        time (?: d | s )? [\s-]? out \b | timeout | \b expired | delivery \s time | queue \s (?: too \s long
          | period ) | too \s long | giving \s up \s on
        | retry \s time | not \s (?: been \s )? collected | (?: maximum | too \s many | number \s of
          | \d+ ) \s (?: delivery \s | unsuccessful \s )? attempts
        | failing \s for | connection \s refused | not \s (?: be \s )? reach (?: ed | able )? | unreachable
          | smtp \s connection | cannot \s send \s message \s for
        | not \s respond | no \s (?: response | answer ) | (?: after | for ) \s \d+ (?: \.\d+ )? \s? (?: hour
          | day | minute ) | aborted \s after | could \s not \s (?: connect | be \s contacted )
        | no \s route | unable \s to \s connect | cannot \s connect | try \s again | lost \s connection | gateway \s for
        """,
    ),
    _row(
        Why.POLICY,
        r"""
        in \s reply \s to \s mail \s from | access \s denied | \b denied | prohibit | not \s (?: allowed
        | permitted | authori[sz]ed )
          | \b security | administrativ | refused | permission
        | \b banned | filter | disallowed
        """,
    ),
)

_CODES: Sequence[tuple[str, Why, bool]] = (
    (r"1\.[78]", Why.SENDER_REJECTED, False),
    (r"1\.90", Why.POLICY, False),
    (r"1\.2|4\.4|4\.310", Why.HOST_UNKNOWN, True),
    (r"1\.(?:0|[1346]|10)|2\.1", Why.USER_UNKNOWN, True),
    (r"2\.2", Why.MAILBOX_FULL, False),
    (r"2\.3|3\.4", Why.TOO_LARGE, False),
    (r"4\.(?:[1278]|3\d\d)", Why.EXPIRED, False),
    (r"7\.(?:6\d\d|511)", Why.BLOCKED, False),
    (r"7\.\d+", Why.POLICY, False),
)
_PATTERNS = tuple((re.compile(rf"[245]\.(?:{pattern})"), why, permanent) for pattern, why, permanent in _CODES)

_BY_REPLY: dict[str, tuple[Why, bool]] = {
    "521": (Why.HOST_UNKNOWN, True),
    "551": (Why.USER_UNKNOWN, True),
    "552": (Why.MAILBOX_FULL, False),
    "452": (Why.MAILBOX_FULL, False),
    "556": (Why.HOST_UNKNOWN, True),
}
"""What a reply code says without words (RFC 5321 4.2.3, RFC 7504)."""
_OF_AN_ADDRESS = re.compile(r"\brcpt\b|recipient", re.IGNORECASE)
_FOR_NOW = re.compile(r"\btry (?:it )?again|\btry later|temporar|grey-?list|\bdeferred\b|later attempt", re.IGNORECASE)


@lru_cache(maxsize=64)  # a report often says the same of many recipients
def diagnose(status: str, words: str) -> Diagnosis:
    """What a server means. ``status`` is its status code or empty, ``words`` are its reply.

    The codes that the words themselves hold outweigh ``status``, which many relays fill in on their own.
    """
    words = words[:_LOOKED_AT]
    own = statuses(words)
    code = next((found for found in (*own, status) if found and not _GENERAL.fullmatch(found)), "")
    code = code or next((found for found in (*own, status) if found), "")
    reply = _REPLY.search(_STATUS.sub(" ", words))
    why, permanent = _cause(code, reply[1] if reply else "", words)
    if permanent and code in own and _OF_THE_MAIL.fullmatch(code):
        why, permanent = _by_code(code) or (why, permanent)
    kind = own[0][0] if own else (reply[1][0] if reply else status[:1])
    for_now = kind == "4" or (_FOR_NOW.search(words) is not None and not code.startswith("5.1."))
    return Diagnosis(code, why, permanent and not for_now)


def statuses(words: str) -> list[str]:
    """The status codes in a server's words, in order; a version string is none."""
    return _STATUS.findall(_VERSION.sub(" ", words))


def _cause(code: str, reply: str, words: str) -> tuple[Why, bool]:
    named = _BY_NAME.search(words) is not None
    plain = " ".join(_OWN_WORDS.sub(" ", _ABOUT_MAIL.sub(" ", words).replace("...", "; ")).split())
    for row in _TABLE:
        if row.words.search(plain):
            if named and row.why is Why.SPAM:
                return Why.BLOCKED, False
            return row.why, row.permanent
    if named:
        return Why.BLOCKED, False
    if found := _by_code(code):
        return found
    if reply in ("550", "553") and _OF_AN_ADDRESS.search(words):
        return Why.USER_UNKNOWN, True
    return _BY_REPLY.get(reply, (Why.OTHER, False))


def _by_code(code: str) -> tuple[Why, bool] | None:
    return next(((why, permanent) for pattern, why, permanent in _PATTERNS if pattern.fullmatch(code)), None)
