import pytest

from tlswizard.playbook.declared import CheckDeclared, Declared, FixDeclared, PlaybookDeclared

HERE = {"on-this-computer": "yes-no"}


def check(
    id_: str, outcomes: str, fields: str = "", parameters: dict[str, str] | None = None
) -> CheckDeclared:
    return CheckDeclared(id_, tuple(outcomes.split()), parameters or {}, fields=tuple(fields.split()))


CHECKS = (
    check(
        "net.reach",
        "ok name-not-resolved connection-refused connection-timeout connection-reset network-unreachable "
        "proxy-refused",
        "address",
    ),
    check(
        "tls.handshake",
        "ok not-tls starttls-not-offered server-silent handshake-closed handshake-alert protocol-unsupported "
        "cipher-unsupported client-certificate-required server-name-unrecognized server-key-mismatch "
        "legacy-renegotiation no-certificate-sent",
    ),
    check(
        "chain.view",
        "ok missing-intermediate wrong-intermediate chain-order leaf-not-first path-choice "
        "cross-sign-expired not-a-ca path-length name-constraint wrong-key-usage critical-extension "
        "bad-signature malformed-certificate chain-too-long",
        "leaf issuer count",
    ),
    check(
        "trust.compare",
        "ok does-not-apply untrusted-root self-signed same-name-different-key distrusted intercepted "
        "root-user-only intermediate-user-only root-machine-only store-disagrees environment-override "
        "installed-not-trusted stale-roots anchor-is-intermediate",
        "issuer store",
        HERE,
    ),
    check("trust.programs", "ok"),
    check("time.clock", "ok does-not-apply clock-wrong", "difference", HERE),
    check("cert.dates", "ok expires-soon expired not-yet-valid", "until since"),
    check("cert.names", "ok name-mismatch host-name-refused", "listed asked nearest"),
    check("cert.usage", "ok wrong-usage"),
    check("cert.strength", "ok weak-key weak-signature key-type-not-offered validity-too-long strict-only"),
    check("cert.revocation", "ok revoked revocation-unreachable revocation-stale staple-missing"),
    CheckDeclared(
        "mail.starttls", ("ok", "starttls-not-offered"), {"protocol": "text"}, (), frozenset({"protocol"})
    ),
    check("everything", "ok problem"),
)

FIXES = (
    "copy-to-machine-store", "add-root", "send-full-chain", "set-clock", "renew-certificate",
    "reissue-with-names", "replace-self-signed", "ask-owner", "add-intermediate",
)  # fmt: skip

PLAYBOOKS = {
    "look-at-the-clock": PlaybookDeclared(
        "look-at-the-clock",
        {"server": "server", "limit": "seconds"},
        ("solved", "unsolved"),
        frozenset({"unsolved"}),
        (),
    ),
    "uses-small": PlaybookDeclared("uses-small", {}, ("solved",), frozenset({"solved"}), ("small",)),
    "small": PlaybookDeclared("small", {}, ("solved", "unsolved"), frozenset(), ()),
    "in-pieces": None,
}
"""To be used as steps; the last one cannot be read."""


@pytest.fixture(scope="session")
def declared() -> Declared:
    """What the checks and fixes of the catalogue declare."""
    return Declared(
        checks={check.id: check for check in CHECKS},
        fixes={
            **{id_: FixDeclared(id_) for id_ in FIXES},
            "use-listed-name": FixDeclared("use-listed-name", {"name": "server"}),
            "import-file": FixDeclared("import-file", {"file": "path"}, frozenset({"file"})),
        },
        causes=frozenset(
            outcome for check in CHECKS for outcome in check.outcomes if outcome not in ("ok", "problem")
        )
        - {"does-not-apply"},
        playbooks=PLAYBOOKS,
        facts=frozenset({"service-desk", "organisation"}),
    )
