"""How we know, in one sentence a person can read aloud."""

from tlswizard.core.certificate import Certificate
from tlswizard.core.text import key_name
from tlswizard.core.verdict import Fault

_SENTENCES = {
    "expired": "{name} was valid for {expected}; {found}",
    "not-yet-valid": "{name} is valid for {expected}; {found}",
    "expires-soon": "{name}: {found}",
    "name-mismatch": "asked for: {expected}; the certificate is for {found}",
    "self-signed": "{name} vouches for itself: {found}",
    "untrusted-root": "the chain ends at {name}; it wants {expected}, and {found}",
    "missing-intermediate": "{name} is none of an authority and was issued by {issuer} ({key}); {found}",
    "wrong-intermediate": "{name} was issued by {issuer}; {found}",
    "cross-sign-expired": "{name}: {found}; expected was {expected}",
    "path-choice": "expected was {expected}; {found}",
    "leaf-pinned": "{name}: {found}",
    "anchor-is-intermediate": "{name} is trusted and no root: {found}",
    "no-revocation-information": "{name}: {found}",
    "bad-signature": "{name} should carry {expected}; {found}",
    "same-name-different-key": "{name} should carry {expected}; {found}",
}


def evidence(fault: Fault) -> str:
    """What was expected and what was found, on which certificate."""
    known = fault.on if isinstance(fault.on, Certificate) else None
    name = f"“{known.title}”" if known else "a certificate"
    sentence = _SENTENCES.get(fault.cause, "{name}: expected was {expected}; found was: {found}")
    if fault.role == "path" and known is None:
        sentence = "{found}"
    return sentence.format(
        name=name,
        issuer=f"“{known.issuer_title}”" if known else "",
        key=key_name(known.authority_key_id) if known else "",
        expected=fault.expected,
        found=fault.found,
    )
