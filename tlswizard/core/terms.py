"""Words that tables and values share, as types."""

from typing import Literal

Severity = Literal["problem", "warning", "info"]
WHO = (
    "caller",
    "helpdesk",
    "administrator",
    "server-owner",
    "network-team",
    "certificate-team",
    "security-team",
)
"""Who can act."""

Certainty = Literal["certain", "likely", "hint"]

Role = Literal["leaf", "ca", "anchor", "link", "path"]
"""Where in a path a fault sits; `link` is between a certificate and its issuer."""

Triple = tuple[str, str | None, str | None]
"""(cause, kind, role); None stands for any."""

Flag = Literal["partial-chain", "strict"]
"""What a program asks of OpenSSL: X509_V_FLAG_PARTIAL_CHAIN, X509_V_FLAG_X509_STRICT."""
