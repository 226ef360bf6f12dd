"""Ask for a name that the certificate carries."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate
from tlswizard.core.edit import AskForName
from tlswizard.core.finding import Findings, Fix
from tlswizard.core.names import is_address, usable_instead, why_not
from tlswizard.core.target import BadTarget, parse_host
from tlswizard.core.text import listed
from tlswizard.fixes.wording import worded

ID = "use-listed-name"


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    asked = findings.case.name
    for found in findings.causes:
        if found.id != "name-mismatch" or found.severity == "info" or asked is None:
            continue
        if not isinstance(found.certificate, Certificate):
            continue
        name = best_name(asked, found.certificate)
        if name is None:
            continue
        others = [n for n in usable_instead(found.certificate) if n != name]
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
    usable = [n for n in usable_instead(certificate) if _askable(n) and not is_address(n)]
    if not usable:
        return None
    mismatch = why_not(asked, certificate)
    if mismatch and mismatch.nearest in usable:
        return mismatch.nearest
    return usable[0]


def _askable(name: str) -> bool:
    try:
        parse_host(name)
    except BadTarget:
        return False
    return True
