"""What the standards forbid and most programs let pass: each with a kind of its own, for the policies.

RFC 5280, and OpenSSL's X509_V_FLAG_X509_STRICT (crypto/x509/x509_vfy.c, check_extensions), which Python
3.13 and later sets by default.
"""

from collections.abc import Iterator

from tlswizard.core import extensions as ext
from tlswizard.core.certificate import Certificate
from tlswizard.core.terms import Role
from tlswizard.core.text import visible
from tlswizard.core.verdict import Fault, Situation
from tlswizard.judge.walk import Route


def faults(route: Route, situation: Situation) -> Iterator[Fault]:
    alone = len(route.links) == 1
    for index, certificate in enumerate(route.certificates):
        role = route.role(index)
        oddities: dict[str, str] = {}
        for kind, found in (*_any(certificate), *(_above(certificate) if index else _server(certificate))):
            oddities.setdefault(kind, found)
        issued = role != "anchor" and certificate.version == 3 and not certificate.is_self_signed
        if issued and certificate.authority_key_id is None:
            oddities["no-authority-key-id"] = "it does not name its issuer's key"
        if not alone:
            yield from (_fault(kind, role, certificate, found) for kind, found in oddities.items())
    for below, link in zip(route.links, route.links[1:], strict=False):
        if link.signed and not link.certificate.meant_by(below.certificate):
            yield Fault(
                "strict-only", "key-id-mismatch", "link", below.certificate,
                expected="the key that its issuer names as its own",
                found="another key is named, although the signature fits", other=link.certificate,
            )  # fmt: skip


def _fault(kind: str, role: Role, certificate: Certificate, found: str) -> Fault:
    return Fault(
        "strict-only",
        kind,
        role,
        certificate,
        expected="a certificate to the letter of RFC 5280",
        found=found,
    )


def _any(certificate: Certificate) -> Iterator[tuple[str, str]]:
    if not 0 < certificate.serial < 1 << 159:  # 20 bytes with the sign
        yield "serial", "its serial number is none that is allowed"
    if certificate.dates_in_odd_form:
        yield "date-form", "a date is written in the form that belongs to another century"
    if not certificate.issuer_name:
        yield "empty-issuer", "its issuer has no name"
    for oid, kind in _NEVER_CRITICAL.items():
        extension = certificate.extension(oid)
        if extension and extension.critical:
            yield f"critical-{kind}", f"{extension.name} must not be critical"
    ids = certificate.authority_key
    if ids is not None and (ids.issuer, ids.serial) != (None, None):
        yield "authority-key-issuer", "it names its issuer by more than the key"
    constraints = certificate.name_constraints
    if constraints and constraints.empty:
        yield "empty-name-constraints", "its name constraints say nothing"
    limits = (*constraints.permitted, *constraints.excluded) if constraints else ()
    for name in (*limits, *(certificate.general_names or ())):
        if name.kind == "dns" and str(name.value).startswith("."):
            yield "leading-dot", f"the name {visible(str(name.value), 60)} begins with a dot"
        local = str(name.value).rpartition("@")[0] if name.kind == "email" else ""
        if "@" in local and not local.startswith('"'):
            yield "mailbox", f"{visible(str(name.value), 60)} is no address for mail"


_NEVER_CRITICAL = {
    ext.AUTHORITY_KEY_ID: "aki", ext.SUBJECT_KEY_ID: "ski", ext.INFORMATION_ACCESS: "aia",
}  # fmt: skip


def _above(certificate: Certificate) -> Iterator[tuple[str, str]]:
    """On a certificate that issued another one."""
    if certificate.version < 3:
        yield "version", f"it is of version {certificate.version}"
        return
    yield from _authority(certificate)
    if certificate.name_constraints and not certificate.name_constraints.critical:
        yield "name-constraints-not-critical", "name constraints have to be critical"


def _authority(certificate: Certificate) -> Iterator[tuple[str, str]]:
    """On one that issues, or says that it may."""
    constraints, usage = certificate.basic_constraints, certificate.key_usage
    if usage is None:
        yield "no-key-usage", "it does not say what its key is for"
    if certificate.subject_key_id is None:
        yield "no-subject-key-id", "it does not name its key"
    if not certificate.subject_name:
        yield "empty-subject", "it has no name"
    if constraints and not constraints.critical:
        yield "basic-constraints-not-critical", "basic constraints have to be critical"
    limited = constraints is not None and constraints.path_length is not None
    if limited and usage is not None and "key_cert_sign" not in usage:
        yield "path-length-without-signing", "it limits the authorities below it, and may not sign any"


def _server(certificate: Certificate) -> Iterator[tuple[str, str]]:
    if certificate.version < 3:
        yield "version", f"it is of version {certificate.version}"
        return
    signs = "key_cert_sign" in (certificate.key_usage or ())
    if certificate.is_ca:
        yield (
            "leaf-ca",
            f"it says that it is an authority{'' if signs else ', and may not sign certificates'}",
        )
        yield from _authority(certificate)
    elif signs:
        yield "leaf-signs", "its key may sign certificates, and it is no authority"
    if not certificate.is_ca and not certificate.subject_name:
        yield from _nameless(certificate)
    if certificate.name_constraints:
        yield "leaf-name-constraints", "only an authority has name constraints"
    constraints = certificate.basic_constraints
    if constraints and not constraints.ca and constraints.path_length is not None:
        yield "leaf-path-length", "only an authority has a limit of authorities below it"


def _nameless(certificate: Certificate) -> Iterator[tuple[str, str]]:
    names, usage = certificate.extension(ext.ALTERNATIVE_NAMES), certificate.key_usage
    if names is None:
        yield "empty-subject", "it has no name at all"
    elif not names.critical:
        yield "names-not-critical", "without a subject its names have to be critical"
    if usage and "crl_sign" in usage:
        yield "empty-subject", "it may sign revocation lists, and has no name"
