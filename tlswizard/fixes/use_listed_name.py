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
        others = [n for n in usable_instead(certificate) if n != name]
        also = f" The certificate also carries {listed(others)}." if others else ""
        yield worded(
            content,
            ID,
            [found],
            title=f"Ask for {name} instead of {asked}",
            text=f"The certificate is for {name}. If that name leads to the same server, "
            f"use it where {asked} stands now.{also}",
            edits=(AskForName(name),),
        )


def best_name(asked: str, certificate: Certificate) -> str | None:
    """The listed name that is nearest to the one asked for, and that one can ask for."""
    listed_ = [name for name in usable_instead(certificate) if name != asked]
    mismatch = why_not(asked, certificate)
    if mismatch and mismatch.nearest and is_usable(mismatch.nearest) and _askable(mismatch.nearest):
        return mismatch.nearest
    # Some programs do not ask for a name with an underscore.
    first = next((name for name in listed_ if "_" not in name and _askable(name)), None)
    return first or next((name for name in listed_ if _askable(name)), None)


def _askable(name: str) -> bool:
    try:
        return not is_address(parse_host(name))
    except BadTarget:
        return False
