"""A new certificate for one whose dates do not hold, that was withdrawn, or that is made wrongly."""

from collections.abc import Iterator

from tlswizard.content.library import Content
from tlswizard.core.certificate import Certificate, Malformed, day
from tlswizard.core.edit import Reissue
from tlswizard.core.finding import Findings, Fix, Found
from tlswizard.fixes.where import by_part, own, part, urgent
from tlswizard.fixes.wording import anew, worded

ID = "renew-certificate"

DATES = frozenset({"expired", "not-yet-valid", "expires-soon", "validity-too-long", "cross-sign-expired"})
MADE_WRONGLY = frozenset({"malformed-certificate", "critical-extension", "strict-only", "staple-missing"})
"""A new one must not be like the old one."""

ISSUERS = frozenset({"not-a-ca", "path-length", "wrong-key-usage", "wrong-usage", "name-constraint"})
"""Where they sit on an authority, it may not issue for this server: another one has to."""

CURES = DATES | MADE_WRONGLY | {"revoked", "bad-signature"} | ISSUERS

NAMES = frozenset({"name-constraint", "name-mismatch"})

UNREADABLE = (
    "the certificate cannot be read, so nothing can be said of a new one; look again once it is there"
)


WITHDRAWN = (
    "Whoever has the old key of an authority can make certificates for any name. If the key was compromised, "
    "everything that was issued below it has to be issued anew with the new key."
)


def propose(findings: Findings, content: Content) -> Iterator[Fix]:
    for (which, certificate), causes in by_part(findings, urgent(findings, CURES)).items():
        ids = {f.id for f in causes}
        if certificate is None:
            whole = [f for f in causes if isinstance(f.certificate, Malformed) and f.position == 0]
            if whole:
                yield worded(content, ID, whole, no_edit=UNREADABLE)
            continue
        itself = [f for f in causes if f.id not in ISSUERS]
        if which == "server":
            if itself:
                text = " ".join([content.fixes[ID].text, *_besides(itself)])
                yield anew(content, ID, itself, Reissue(plain=bool(ids & MADE_WRONGLY)), text=text)
            continue
        issues = [f for f in causes if f.id in ISSUERS or (which == "anchor" and f.id in MADE_WRONGLY)]
        if issues and own(findings):
            yield _by_another(findings, content, issues, f"“{certificate.title}” cannot vouch for it.")
        if which == "authority" and itself:
            yield _of_authority(content, itself, certificate, plain=bool(ids & MADE_WRONGLY))
    yield from _where_names_are_limited(findings, content)


def _of_authority(content: Content, causes: list[Found], certificate: Certificate, *, plain: bool) -> Fix:
    withdrawn = any(f.id == "revoked" for f in causes)
    text = (
        f"Ask those who run “{certificate.title}” for its present certificate, and let the server send it "
        "after its own. If there is none, its issuer has to make one."
    )
    if withdrawn:
        text = (
            f"“{certificate.title}” was withdrawn, so it needs a new key, and a certificate for that. Ask "
            "those who run it whether there is one already. Then get a new certificate for the server from "
            "it, and let the server send both."
        )
    return anew(
        content, ID, causes, Reissue(certificate=certificate, plain=plain, stronger=withdrawn),
        title=f"Get a new certificate for the authority “{certificate.title}”",
        text=text, who="certificate-team", danger=WITHDRAWN if withdrawn else "",
    )  # fmt: skip


def _besides(causes: list[Found]) -> Iterator[str]:
    """What must be otherwise than with the old one."""
    for found in causes:
        match found.id:
            case "revoked":
                yield "Make a new key for it: the old one may be in the wrong hands."
            case "not-yet-valid" if isinstance(found.certificate, Certificate):
                yield (
                    f"Or wait until {day(found.certificate.not_before)}, when the present one begins; "
                    "and look whether the clock of this computer is right."
                )
            case "critical-extension" | "malformed-certificate" | "strict-only":
                yield f"The new one must not have this: {found.evidence}."


def _where_names_are_limited(findings: Findings, content: Content) -> Iterator[Fix]:
    """What the present authorities may not issue, another one may."""
    names = [f for f in urgent(findings, NAMES) if part(findings, f) == "server"]
    above = {c for row in findings.refusing if row.verdict.path for c in row.verdict.path.certificates[1:]}
    limits = next((c for c in above if c.name_constraints), None)
    if names and limits:
        yield _by_another(findings, content, names, f"“{limits.title}” may not issue for every name.")


def _by_another(findings: Findings, content: Content, causes: list[Found], why: str) -> Fix:
    return anew(
        content, ID, causes, Reissue(_asked(findings), trusted=True),
        title="Get the server's certificate from another authority",
        text=f"{why} Get a certificate for this server from an authority that may issue it, and that the "
        "programs trust already.",
    )  # fmt: skip


def _asked(findings: Findings) -> tuple[str, ...]:
    return (findings.case.name,) if findings.case.name else ()
