"""Sentences that send a person to switch verification off, or past a warning.

That stops the message and not the fault, and from then on nobody notices when somebody else answers. A
sentence that says so is right: what is negated is not advised.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 2000
"""Characters that are looked at as one sentence: nobody writes a longer one."""


@dataclass(frozen=True, slots=True)
class Advised:
    """A piece of a text that advises what it should not."""

    before: str
    """the text up to the words"""
    words: str
    does: str
    """what the words do, to follow them in a sentence"""


def bad_advice(text: str) -> Iterator[Advised]:
    """The first one of each sentence, in order."""
    for start, sentence in _sentences(text):
        found = sorted(
            (m.start(), m.end(), does) for pattern, does in _ROWS for m in pattern.finditer(sentence)
        )
        is_list = False
        for at, end, does in found:
            if not _is_refused(sentence, at, end, is_list):
                yield Advised(text[:start] + sentence[:at], sentence[at:end], does)
                break
            is_list = True


_ALL = "accepts every certificate, also an attacker's"
_NAME = "accepts a certificate of any other name"
_REVOKED = "no longer notices a revoked certificate"
_UNSURE = "goes on without encryption, or with whoever answers"
_PAST = "goes on with whoever answers"
_OPEN = "goes on without encryption: everybody on the way can read it and change it"

_OFF = (
    r"(?:disabl(?:e|ing)|deactivat(?:e|ing)|suppress(?:ing)?|skip(?:ping)?|bypass(?:ing)?"
    r"|(?:turn|switch)(?:ing)? off)"
)
_CHECKS = (
    r"(?:verification|validation"
    r"|(?:certificate|tls|ssl|peer|server|identity|host ?name|name|chain|trust|revocation)[ -]"
    r"(?:check(?:s|ing)?|verif\w+|validat\w+))"
)
_SOME = r"(?:[\w'/-]+ ){0,4}?"
_QUOTE = r"[“”‘’\"'`]?"
_VERIFY = r"(?:(?:ssl|tls)[_-]?verify|verify[_-]?(?:ssl|tls|peer|host(?:name)?|server|cert(?:ificate)?s?))"
_NO = r"(?:false|no|off|0|none|never|disabled)\b"
_UNTICK = (
    r"\b(?:(?:untick|uncheck|deselect)(?:ing)?|clear(?:ing)? the (?:check ?)?box"
    r"|remov(?:e|ing) the (?:tick|check ?mark))"
)
_BOX = (
    rf"(?:(?:verify|validate|check)(?:ing)? {_SOME}"
    rf"(?:certificates?|identity|server|ssl|tls|host ?names?|chain)|{_CHECKS})\b"
)
"""What stands beside a box to tick."""
_WARNING = r"(?:(?:certificate|security|browser|privacy|ssl|tls)(?:'s)? )?"

_TAKE = r"(?:(?:us|typ|writ|tak|choos)(?:e|ing)|try(?:ing)?|enter(?:ing)?|open(?:ing)?|go(?:ing)? to)"
_BARE = r"(?:http|ftp)(?:://)?"
"""A way without encryption; with an “s” behind the name it is one with it. Mail and LDAP switch to TLS on a
connection that begins without it (STARTTLS: RFC 3207, RFC 4511 section 4.14)."""

_OWN_WORK = (
    r"(?:[\w-]+ ){0,2}(?:steps?|checks?|questions?|(?<!web )(?<!this )pages?|work|renewal|repair|tests?)"
    r"(?: \d+)? (?:anyway|of|for|in|on|at|below)\b"
)
"""What somebody goes on with who passes no warning: “the next step”."""

_CLAUSE_END = r"(?=\s*(?:#|$)|['\"”’`;)\]}]|[.,](?!\d))"

_EXCEPTION = r"\b(?:add|confirm|mak|creat|stor)(?:e|ing)? (?:an? |the |this |that |your |permanent )*"

_TABLE = (
    # Options of commands; `-k` is a harmless option of many others (security, apt-key, sort).
    (r"\bcurl\b[^|;`\n]{0,200}? (?-i:-[a-zA-Z]*k[a-zA-Z]*)(?![\w-])", _ALL),
    (
        r"(?:(?<=`)|(?<=\bwith )|(?<=\badd )|(?<=\buse )|(?<=\boption )|(?<=\bflag ))(?-i:-k)(?=[`\s.,;]|$)",
        _ALL,
    ),
    (r"(?<![\w-])--insecure(?:-skip-tls-verify)?(?![\w-])", _ALL),
    (r"(?<![\w-])--no-check-certificates?(?![\w-])", _ALL),
    (r"(?<![\w-])--no-verify-ssl(?![\w-])", _ALL),
    (r"(?<![\w-])--tls-?verify[= ]false\b", _ALL),
    (r"(?<![\w-])--ignore-certificate-errors\b", _ALL),
    (r"(?<![\w-])--trusted-host\b", _ALL),
    (r"(?<![\w-])--ssl-no-revoke\b", _REVOKED),
    (r"(?<![\w-])-Skip(?:Certificate|CA)Check\b", _ALL),
    (r"(?<![\w-])-SkipCNCheck\b", _NAME),
    (r"(?<![\w-])-SkipRevocationCheck\b", _REVOKED),
    # Settings and variables.
    (r"\bNODE_TLS_REJECT_UNAUTHORIZED['\"]?\s*[=:]?\s*['\"]?0", _ALL),
    (r"\bPYTHONHTTPSVERIFY['\"]?\s*[=:]?\s*['\"]?0", _ALL),
    (r"\bGIT_SSL_NO_VERIFY\b", _ALL),
    (r"\b(?:http\.)?sslVerify['\"]?\s*[=:]?\s*['\"]?(?:false|0|no|off)\b", _ALL),
    (r"\bstrict-ssl['\"]?\s*[=:]?\s*['\"]?(?:false|0|no|off)\b", _ALL),
    (r"\bTrustServerCertificate['\"]?\s*=\s*['\"]?(?:true|yes|1)\b", _ALL),
    (r"\bTLS_?REQCERT['\"]?\s*[=:]?\s*['\"]?(?:never|allow|try)\b", _ALL),
    (r"\bsslmode['\"]?\s*[=:]\s*['\"]?(?:allow|prefer|disable)\b", _UNSURE),  # libpq's manual, 34.19.1
    # Programs' sources.
    (rf"\bverify['\"]?\s*[=:]\s*['\"]?(?:false\b|(?:off|no|0)\b{_CLAUSE_END})", _ALL),
    (rf"\b{_VERIFY}['\"]?\s*[=:]\s*['\"]?{_NO}", _ALL),
    (r"\b(?:ssl\.)?(?:CERT_NONE|(?:SSL_)?VERIFY_NONE)\b", _ALL),
    (r"\b(?:ssl\.)?_create_unverified_context\b", _ALL),
    (r"\bcheck_hostname\s*=\s*False\b", _NAME),
    (r"\brejectUnauthorized['\"]?\s*[=:]\s*['\"]?false\b", _ALL),
    (r"\bInsecureSkipVerify\b(?!\s*[=:]\s*false)", _ALL),
    (
        r"\bServer(?:CertificateValidationCallback|CertificateCustomValidationCallback)\b.{0,60}?\btrue\b",
        _ALL,
    ),
    (r"\bDangerousAcceptAnyServerCertificateValidator\b", _ALL),
    (r"\bCURLOPT_SSL_VERIFYPEER\W{1,4}(?:false|0)\b", _ALL),
    (r"\bCURLOPT_SSL_VERIFYHOST\W{1,4}(?:false|0)\b", _NAME),
    (r"\bNoopHostnameVerifier\b", _NAME),
    # Words. A past tense tells what somebody did, and advises nothing.
    (r"\b(?:trust|accept)(?:ing)? (?:all|any|every) (?:\w+ )?(?:certificates?|servers?)\b", _ALL),
    (
        r"\b(?:ignor(?:e|ing)|accept(?:ing)?|dismiss(?:ing)?|overrid(?:e|ing)|bypass(?:ing)?|skip(?:ping)?"
        r"|(?:click|get|go|proceed|continue|mov(?:e|ing))(?:ing|ting)? (?:past|through|over|beyond))"
        r" (?:the |this |that |these |those |any |all |every |each |its |his |her |your )?"
        rf"(?:\w+'s )?{_WARNING}"
        r"(?:warnings?|(?<=certificate )errors?|(?<=ssl )errors?|(?<=tls )errors?)\b",
        _PAST,
    ),
    (r"\baccept(?:ing)? the risk\b", _PAST),
    # What browsers write on what leads past their warning, Chrome's magic word among it.
    (
        r"\b(?:continue|proceed|go|go on)(?:ing)? to [^;\n]{1,100}?\((?:unsafe|not (?:recommended|secure))\)",
        _PAST,
    ),
    (r"\bthisisunsafe\b", _PAST),
    (rf"{_EXCEPTION}(?:security|certificate|browser) exception\b", _PAST),
    (
        rf"{_EXCEPTION}exception (?:(?:in|to) {_SOME}(?:browser|firefox|chrome|edge|safari)"
        r"|for (?:the |this |that )?(?:certificate|browser))\b",
        _PAST,
    ),
    (
        r"\b(?:proceed|continue|connect|go on)(?:ing)? "
        rf"(?:(?:to|with) (?!{_OWN_WORK})[^,.;?\n]{{1,60}}? )?anyway\b",
        _PAST,
    ),
    (
        rf"\b(?:permanently accept(?:ing)? {_SOME}(?:certificates?|exceptions?)"
        rf"|accept(?:ing)? {_SOME}certificates? (?:permanently|for ?ever|anyway)"
        rf"|(?:stor|sav)(?:e|ing) {_SOME}exceptions? permanently)\b",
        _PAST,
    ),
    (rf"\b{_TAKE} {_SOME}{_QUOTE}{_BARE}{_QUOTE},? (?:instead of|rather than|not) {_QUOTE}{_BARE}s\b", _OPEN),
    (
        rf"\b(?:replac|chang|switch|turn)(?:e|ing)? {_SOME}{_QUOTE}https(?:://)?{_QUOTE} "
        rf"(?:to|by|with|into) {_QUOTE}http\b(?!/\d)",
        _OPEN,
    ),
    (
        rf"\b(?:set|switch|turn|chang|put)(?:e|t?ing)? {_SOME}{_QUOTE}"
        rf"(?:verify|{_VERIFY}|{_CHECKS}|{_BOX}){_QUOTE} to {_QUOTE}{_NO}",
        _ALL,
    ),
    (rf"{_UNTICK} {_SOME}{_QUOTE}check(?:ing)? {_SOME}revocation\b", _REVOKED),
    (rf"{_UNTICK} {_SOME}{_QUOTE}(?![^.;]{{0,60}}revocation){_BOX}", _ALL),
    (rf"\b{_OFF} {_SOME}revocation(?: check(?:s|ing)?)?\b", _REVOKED),
    (rf"\b(?:turn|switch)(?:ing)? {_SOME}revocation(?: check(?:s|ing)?)? off\b", _REVOKED),
    (rf"\b{_OFF} {_SOME}{_CHECKS}", _ALL),
    (rf"\b{_OFF} {_SOME}(?:check|verification|validation)s? of {_SOME}(?:certificates?|names?)\b", _ALL),
    (rf"\b(?:turn|switch)(?:ing)? {_SOME}{_CHECKS} off\b", _ALL),
)
"""What the words look like, and what following them does. Upper and lower case are one, but for `-k`."""

_ROWS = tuple((re.compile(pattern, re.IGNORECASE), does) for pattern, does in _TABLE)

_SENTENCE_END = re.compile(r"[.!?][\"”’)`]*(?=\s)|\n\s*\n|\n\s*(?=- )")

_ON = r"[,;:(]\s*(?:and |or )?(?=(?:but|just|simply|then|so|instead|please|you can)\b)|;|\bbut\b|\s[–—-]\s"
_DO = (
    r"|[,:(]\s*(?:and |or )?(?=(?:try|use|run|set|click|press|choose|add|turn|switch|disable|skip|ignore"
    r"|accept|dismiss|bypass|trust|go|proceed|continue)\b)"
)
_NEW_THOUGHT = re.compile(_ON, re.IGNORECASE)
_NEW_CLAUSE = re.compile(_ON + _DO, re.IGNORECASE)
"""Here a negation ends: “Do not worry, just ignore the warning.” A list of what is refused goes on with it:
“Never use `-k`, ignore the warning or …”"""

_INSERTED = re.compile(r"\b(?:never|not|n['’]t),[^,]{1,40},\s*$", re.IGNORECASE)
"""“Do not, whoever asks for it, ignore the warning.”"""

_CONDITION = re.compile(r"\s*(?:if|when|where|because|since|as|unless|until|while|once)\b", re.IGNORECASE)
"""“If this does not help, …” and “When there is no time, …” negate nothing of what follows."""

_NEGATION = re.compile(
    r"\b(?:never|not|cannot|no|nobody|none|nothing|neither|without|instead of|rather than|avoid"
    r"|refuse|(?<!I )(?<!we )(?<!you )would)\b|n['’]t\b",
    re.IGNORECASE,
)
_FORBIDDEN = re.compile(
    r"\b(?:never|nobody|must not|(?<!you )(?<!they )(?<!we )(?<!I )do(?: not|n['’]t))\b", re.IGNORECASE
)
_NO_HARM = re.compile(
    r"\b(?:no|not an?y?|nothing|without(?: an?y?)?) (?:(?:real|great|other) )?"
    r"(?:harm|dangers?|risks?|problems?|matter|doubt|worr\w+|trouble|longer|way|choice|wrong|bad|else)\b"
    r"|\bnot (?:dangerous|harmful|bad|wrong|forbidden|only)\b"
    r"|\b(?:not|cannot|n['’]t) (?:hurt|harm|matter)\b|\bwhy not\b",
    re.IGNORECASE,
)
"""“There is no harm in …”, “There is no other way than …”: these advise it."""

_REMOVED = re.compile(r"\b(?:delete|remove|unset|take out|look for|find) (?:\w+ ){0,2}\W?$", re.IGNORECASE)
"""“Remove `-k`” mends it."""

_JUDGED = re.compile(
    r"[\s`'\"”’)]*(?:(?!as |it |that |this |which |because |since |and |or )\w+ ){0,3}?"
    r"(?:(?:is|are) (?:no|not|never|wrong|unsafe|dangerous|forbidden)\b|would\b|(?:only )?hides?\b"
    r"|proves? nothing|(?:does|must|should|may|can)(?: ?not|n['’]t)\b|helps? nobody)",
    re.IGNORECASE,
)
"""Right behind the words: “… is no repair”, “… only hides the fault”."""


_ASK_FOR = re.compile(
    r"\s*ask (?:\w+ ){0,3}?(?:whether|if) (?:(?!if not|otherwise|then)[^,;:])*\Z", re.IGNORECASE
)
_ASKS = re.compile(r"\W*(?:does|did|do|has|have|is|are|was|were|will) (?!not\b)[^,;:]*\Z", re.IGNORECASE)
"""“Does the browser offer …?” wants to know what somebody sees or did."""


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Where each starts, and its words on one line."""
    ends = sorted(
        {*range(0, len(text), LONGEST), *(f.end() for f in _SENTENCE_END.finditer(text)), len(text)}
    )
    return ((start, f" {' '.join(text[start:end].split())} ") for start, end in pairwise(ends))


def _is_refused(sentence: str, start: int, end: int, is_list: bool) -> bool:
    """The sentence says that this is not to be done, or does not help, or asks whether somebody does it;
    `is_list`: as of another one."""
    if _ASK_FOR.match(sentence[:start]) or ("?" in sentence[end:] and _ASKS.match(sentence[:start])):
        return True
    breaks = (_NEW_THOUGHT if is_list else _NEW_CLAUSE).finditer(sentence)
    before = sentence[max((m.end() for m in breaks if m.end() <= start), default=0) : start]
    is_condition = _CONDITION.match(before) is not None
    if is_condition and "," in before:
        before, is_condition = before.partition(",")[2], False
    negated = (_FORBIDDEN if is_condition else _NEGATION).search(_NO_HARM.sub("", before))
    aside = _INSERTED.search(sentence[:start]) or _REMOVED.search(before)
    return bool(negated or aside or _JUDGED.match(_NO_HARM.sub("", sentence[end:])))
