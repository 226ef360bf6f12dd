"""What a pretend computer holds when an exercise begins, as a value: Windows-shaped or Linux-shaped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from tlswizard.core.case import Observed
from tlswizard.core.certificate import Certificate
from tlswizard.core.pem import pem
from tlswizard.lab.authority import Identity
from tlswizard.lab.databases import Database, java, nss

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
"""Debian and its relatives."""

_LINUX_HOME = "/home/dana"


@dataclass(frozen=True, slots=True)
class Computer:
    """A pretend computer: whose it is, what it trusts, what is installed, and how wrong its clock is."""

    observed: Observed
    home: str
    openssl_paths: tuple[str, str]
    signs: frozenset[str]
    """the programs installed, by the signs that `Machine.has` knows"""
    windows: Mapping[str, tuple[Certificate, ...]] = field(default_factory=dict)
    """the physical stores by id; empty on a computer that has none"""
    files: Mapping[str, bytes] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    """where paths that are links lead"""
    databases: Mapping[str, Database] = field(default_factory=dict)
    """stores that are one file of a format of their own, by id"""
    certifi: str | None = None
    """where the bundle of this interpreter's certifi lies"""
    environment: Mapping[str, str] = field(default_factory=dict)
    clock_off: timedelta = timedelta(0)
    """how far its clock is ahead of the true time"""


def windows(
    *,
    user_root: Sequence[Identity] = (),
    machine_root: Sequence[Identity] = (),
    user_ca: Sequence[Identity] = (),
    machine_ca: Sequence[Identity] = (),
    clock_off: timedelta = timedelta(0),
) -> Computer:
    """A Windows server with .NET Framework programs, started by the user and as services."""
    return Computer(
        observed=Observed(machine="srv-app-02", account="dana", platform="windows"),
        home=r"C:\Users\dana",
        openssl_paths=(
            r"C:\Program Files\Common Files\SSL\cert.pem",
            r"C:\Program Files\Common Files\SSL\certs",
        ),
        signs=frozenset({"windows:.NET Framework"}),
        windows={
            "windows-user-root": _certificates(user_root),
            "windows-user-ca": _certificates(user_ca),
            "windows-machine-root": _certificates(machine_root),
            "windows-machine-ca": _certificates(machine_ca),
        },
        clock_off=clock_off,
    )


def linux(
    *, bundle: Sequence[Identity], dotnet_ca: Sequence[Identity] = (), clock_off: timedelta = timedelta(0)
) -> Computer:
    """A Debian-like machine with OpenSSL and Python.

    `dotnet_ca` is what .NET, since removed, once downloaded for the user.
    """
    return Computer(
        observed=Observed(machine="build-07", account="dana", platform="linux"),
        home=_LINUX_HOME,
        openssl_paths=(BUNDLE, "/etc/ssl/certs"),
        signs=frozenset({"command:openssl", "interpreter:<3.13"}),
        files={
            BUNDLE: "".join(pem(c) for c in _certificates(bundle)).encode("ascii"),
            **dict(map(_dotnet_file, _certificates(dotnet_ca))),
        },
        environment={"HOME": _LINUX_HOME, "LANG": "C.UTF-8"},
        clock_off=clock_off,
    )


JDK = "/opt/jdk-17.0.12"


def browser_and_java(*, usual: Sequence[Identity], trusts: Sequence[Identity]) -> Computer:
    """A Linux machine with Chromium and an unpacked JDK. `usual` is in every list, `trusts` in those of the
    system and of the browser."""
    plain = linux(bundle=(*usual, *trusts))
    public = "".join(pem(c) for c in _certificates(usual)).encode("ascii")
    certifi = "/usr/lib/python3/dist-packages/certifi/cacert.pem"
    return replace(
        plain,
        observed=Observed(machine="laptop-31", account="dana", platform="linux"),
        signs=frozenset({"command:chromium", "java:<25", "command:openssl"}),
        certifi=certifi,
        files={**plain.files, certifi: public, f"{JDK}/release": b'JAVA_VERSION="17.0.12"\n'},
        databases={
            f"nss:{_LINUX_HOME}/.pki/nssdb": Database(
                f"{_LINUX_HOME}/.pki/nssdb/cert9.db", nss, _certificates(trusts)
            ),
            f"java:{JDK}/lib/security/cacerts": Database(
                f"{JDK}/lib/security/cacerts", java, _certificates(usual)
            ),
        },
    )


def _certificates(identities: Sequence[Identity]) -> tuple[Certificate, ...]:
    return tuple(identity.certificate for identity in identities)


def _dotnet_file(certificate: Certificate) -> tuple[str, bytes]:
    """One PKCS #12 file per certificate, named by its SHA-1: how .NET keeps its user stores off Windows."""
    loaded = x509.load_der_x509_certificate(certificate.der)
    path = f"{_LINUX_HOME}/.dotnet/corefx/cryptography/x509stores/ca/{certificate.sha1.upper()}.pfx"
    return path, serialize_key_and_certificates(None, None, None, [loaded], NoEncryption())
