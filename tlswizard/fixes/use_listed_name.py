"""Ask for a name that the certificate carries."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate
from tlswizard.core.edit import AskForName
from tlswizard.core.finding import Findings, Fix
from tlswizard.core.names import is_address, is_usable, usable_instead, why_not
from tlswizard.core.target import BadTarget, parse_host
from tlswizard.core.text import listed
from tlswizard.fixes.where import own, urgent
from tlswizard.fixes.wording import worded

ID = "use-listed-name"
CURES = frozenset({"name-mismatch", "host-name-refused"})

STRANGE = frozenset({"other", "cn-overruled", "ip-not-listed"})
"""Kinds of a mismatch in which nothing about the listed name comes from the one that was asked for."""

DANGER = (
    "Make sure over another channel that this name belongs to the server that you mean: whoever stands in "
    "between can show a certificate for a name of their own."
)


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    asked = findings.case.name
    for found in urgent(findings, CURES):
        if asked is None:
            continue
        certificate = found.certificate or own(findings)
        if not isinstance(certificate, Certificate):
            continue
        name = best_name(asked, certificate)
        if name is None:
            continue
        kind = _kind(asked, certificate)
        others = [n for n in usable_instead(certificate) if n != name and _may_be(asked, n, kind)]
        also = f" The certificate also carries {listed(others)}." if others else ""
        yield worded(
            content,
            ID,
            [found],
            title=f"Ask for {name} instead of {asked}",
            text=f"The certificate is for {name}. If that name leads to the same server, "
            f"use it where {asked} stands now.{also}",
            edits=(AskForName(name),),
            danger=DANGER if kind in STRANGE else "",
        )


def best_name(asked: str, certificate: Certificate) -> str | None:
    """The listed name that is nearest to the one asked for, that one can ask for, and that may be the same
    server's."""
    mismatch = why_not(asked, certificate)
    kind, nearest = (mismatch.kind, mismatch.nearest) if mismatch else ("", None)
    if (
        nearest
        and nearest != asked
        and is_usable(nearest)
        and _askable(nearest)
        and _may_be(asked, nearest, kind)
    ):
        return nearest
    usable = (name for name in usable_instead(certificate) if name != asked)
    listed_ = [name for name in usable if _may_be(asked, name, kind)]
    # Some programs do not ask for a name with an underscore.
    first = next((name for name in listed_ if "_" not in name and _askable(name)), None)
    return first or next((name for name in listed_ if _askable(name)), None)


def _may_be(asked: str, name: str, kind: str) -> bool:
    """Whether `name` may lead to the server that was meant, for this kind of mismatch.

    Whoever intercepts a connection can show a good certificate for some name of theirs, and is not to be
    asked for by it: a whole name has to end like the one that was asked for.
    """
    if "." not in asked or kind not in ("other", "cn-overruled"):
        return True
    return _end(asked) == _end(name)


def _end(name: str) -> list[str]:
    return name.lower().rstrip(".").split(".")[-2:]


def _kind(asked: str, certificate: Certificate) -> str:
    mismatch = why_not(asked, certificate)
    return mismatch.kind if mismatch else ""


def _askable(name: str) -> bool:
    try:
        return not is_address(parse_host(name))
    except BadTarget:
        return False
