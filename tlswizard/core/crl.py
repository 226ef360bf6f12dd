"""A certificate revocation list, as it was given (RFC 5280 section 5)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Crl:
    """A list of certificates that their issuer withdrew. Equal if the bytes are equal."""

    der: bytes
