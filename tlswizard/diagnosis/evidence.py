"""How we know, in one sentence a person can read aloud."""

from tlswizard.core.certificate import Certificate, day
from tlswizard.core.names import why_not
from tlswizard.core.text import key_name
from tlswizard.core.verdict import Fault

_SENTENCES = {
    "expired": "{name} was valid until {until}; {found}",
    "not-yet-valid": "{name} is valid from {since} on; {found}",
    "expires-soon": "{name}: {found}",
    "name-mismatch": "asked for {expected}; the certificate is for {found}",
    "self-signed": "{name} vouches for itself: {found}",
    "untrusted-root": "the chain ends at the root {name}; {found}",
    "missing-intermediate": "{name} is a server's own certificate, issued by {issuer} ({key}); {found}",
    "wrong-intermediate": "{name} was issued by {issuer}; {found}",
    "cross-sign-expired": "{name}: {found}; expected was {expected}",
    "path-choice": "expected was {expected}; {found}",
    "leaf-pinned": "{name}: {found}",
    "anchor-is-intermediate": "{name} is trusted and no root: {found}",
    "no-revocation-information": "{name}: {found}",
    "bad-signature": "{name} should carry {expected}; {found}",
    "same-name-different-key": "{name} should carry {expected}; {found}",
    "malformed-certificate": "{name} cannot be read: {found}",
    "leaf-not-first": "{found}",
    "not-a-ca": "{name} stands in the place of an authority; {found}",
    "path-length": "{name} is one too many: {expected}, and {found}",
    "wrong-key-usage": "{name} needs {expected}; {found}",
    "wrong-usage": "{name} needs {expected}; {found}",
    "name-constraint": "{name} carries {found}; {expected}",
    "critical-extension": "{name} demands that programs know {found}; allowed are {expected}",
    "weak-key": "{name} has a key of {found}; needed is {expected}",
    "weak-signature": "{name} carries {found}; needed is {expected}",
    "key-type-not-offered": "{name} has a key that not every program knows: {found}",
    "chain-too-long": "{found} certificates below the root; some programs take {expected}",
    "validity-too-long": "{name}: {found}; some programs take {expected}",
    "strict-only": "{name}: {found}",
    "host-name-refused": "asked for {found}, which is not {expected}",
    "revoked": "{name}: {found}",
    "revocation-unreachable": "{name}: {found}",
    "revocation-stale": "{name}: {found}",
    "staple-missing": "{name} demands {expected}; {found}",
}

_NAMES = {
    "short-name": "asked for the short name {expected}; {nearest} is listed, and only the full name counts",
    "fqdn-for-short": "asked for the full name {expected}; only the short one, {nearest}, is listed",
    "www": "asked for {expected}; {nearest} is listed, and does not stand for the name with www. before it",
    "apex": "asked for {expected}; {nearest} is listed, and does not stand for the name without www.",
    "wildcard-depth": "asked for {expected}; {nearest} stands for one label only",
    "wildcard-apex": "asked for {expected}; {nearest} stands for names below it, not for {expected} itself",
    "ip-not-listed": "asked for the address {expected}; the certificate is for {found}",
    "ip-as-dns": "asked for the address {expected}; the address is listed as if it were a name ({nearest})",
    "ip-in-cn": (
        "asked for the address {expected}; it stands in the common name, and not in the list of addresses, "
        "which is where most programs look"
    ),
    "cn-only": (
        "asked for {expected}; {nearest} stands in the common name, and not in the list of names, "
        "which is where newer programs look"
    ),
    "cn-beside-address": (
        "asked for {expected}; {nearest} stands in the common name, and the list of names holds addresses "
        "alone, which some programs take for the whole list"
    ),
    "cn-overruled": (
        "asked for {expected}; {nearest} stands in the common name alone, and that does not count beside a "
        "list of names"
    ),
    "localhost": "asked for localhost, which every computer calls itself; the certificate is for {found}",
    "partial-wildcard": "asked for {expected}; in {nearest} the * is part of a label, which few accept",
    "wildcard-tld": "asked for {expected}; {nearest} is for a whole top-level domain, which few accept",
    "trailing-dot": "asked for {expected}; {nearest} is listed with a dot at its end, and most programs mind",
    "underscore": "asked for {expected}; {nearest} stands for letters, digits and hyphens, not underscores",
    "malformed-san": (
        "asked for {expected}; the certificate says “{nearest}”, which no program takes for it: a name is "
        "listed in plain ASCII, without protocol, port, path and blanks, and a * is its whole first label"
    ),
}
"""By the kind of a name-mismatch; any other kind has the sentence above."""


_SENTENCES_OF_PATHS = frozenset({"path-choice", "chain-too-long"})
"""What else sits on a path as a whole is said in the words of whoever found it."""


def evidence(fault: Fault) -> str:
    """What was expected and what was found, on which certificate."""
    known = fault.on if isinstance(fault.on, Certificate) else None
    name = f"“{known.title}”" if known else "a certificate"
    sentence = _SENTENCES.get(fault.cause, "{name}: expected was {expected}; found was: {found}")
    nearest = None
    if fault.cause == "name-mismatch" and known:
        mismatch = why_not(fault.expected, known)
        nearest = mismatch.nearest if mismatch else None
        sentence = _NAMES.get(fault.kind or "", sentence)
    if fault.cause == "untrusted-root" and fault.kind in ("issuer-unknown", "search-ended"):
        sentence = "the chain ends at the authority {name}; it wants {expected}, and {found}"
    if fault.role == "path" and fault.cause not in _SENTENCES_OF_PATHS:
        sentence = "{name}: {found}" if known else "{found}"
    return sentence.format(
        name=name,
        issuer=f"“{known.issuer_title}”" if known else "",
        key=key_name(known.authority_key_id) if known else "",
        expected=fault.expected,
        found=fault.found,
        nearest=nearest,
        since=day(known.not_before) if known else "",
        until=day(known.not_after) if known else "",
    )
