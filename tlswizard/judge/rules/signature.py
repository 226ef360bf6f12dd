"""Does the issuer's key fit the signature below it? (RFC 5280 section 6.1.3 (a)(1))

Where it does not, the key identifiers (RFC 5280 sections 4.2.1.1 and 4.2.1.2) tell a broken signature
from an issuer that merely bears the same name.
"""

from collections.abc import Iterator

from tlswizard.core.certificate import Flaw
from tlswizard.core.text import key_name
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Link, Route


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    for below, link in zip(route.links, route.links[1:], strict=False):
        if not link.signed:
            yield _unsigned(below, link)


def _unsigned(below: Link, link: Link) -> Fault:
    child, issuer = below.certificate, link.certificate
    if isinstance(issuer.key, Flaw):
        return Fault(
            "malformed-certificate", "key", "ca", issuer,
            expected="a public key that can be read", found=issuer.key.why,
        )  # fmt: skip
    if link.signed is None:
        return Fault(
            "weak-signature", "unsupported-algorithm", "link", child,
            expected="a signature by an algorithm that is known here",
            found="nobody here can check this one", other=issuer,
        )  # fmt: skip
    wanted, has = child.authority_key_id, issuer.subject_key_id
    asked = f"{key_name(wanted)} is asked for" if wanted else "it does not say by which key"
    ids = f"{asked}; “{issuer.title}” {f'has {key_name(has)}' if has else 'does not name its key'}"
    expected = f"a signature by the key of “{issuer.title}”"
    if wanted is not None and wanted == has:
        return Fault(
            "bad-signature", None, "link", child, expected,
            f"it names that very {key_name(has)}, and the signature does not fit it", other=issuer,
        )  # fmt: skip
    if link.origin == "anchor":
        return Fault(
            "same-name-different-key", None, "link", child, expected,
            f"the trusted root has the right name, but another key ({ids})", other=issuer,
        )  # fmt: skip
    if wanted is not None and has is not None:
        return Fault(
            "wrong-intermediate", "same-name", "link", child, expected,
            f"the certificate of that name that is here has another key ({ids})", other=issuer,
        )  # fmt: skip
    return Fault(
        "bad-signature", "no-key-ids", "link", child, expected,
        f"the signature does not fit; it may also be another authority of the same name ({ids})",
        other=issuer, likely=True,
    )  # fmt: skip
