"""The words for reasons that the corpora share, as sets of our causes."""

from tlswizard.judge import openssl

CATEGORIES: dict[str, frozenset[str]] = {
    name: frozenset(causes.split())
    for name, causes in {
        "missing_intermediate": "missing-intermediate wrong-intermediate",
        "untrusted_root": "untrusted-root self-signed same-name-different-key anchor-is-intermediate"
        " leaf-pinned intercepted distrusted",
        "expired": "expired cross-sign-expired clock-wrong",
        "not_yet_valid": "not-yet-valid clock-wrong",
        "name_mismatch": "name-mismatch",
        "name_constraint": "name-constraint",
        "malformed": "malformed-certificate strict-only",
        "ca_flag": "not-a-ca",
        "path_length": "path-length chain-too-long",
        "key_usage": "wrong-key-usage",
        "eku": "wrong-usage",
        "critical_extension": "critical-extension",
        "weak_key": "weak-key",
        "weak_signature": "weak-signature",
        "bad_signature": "bad-signature",
        "revoked": "revoked",
    }.items()
}

WIDER = {"bad_signature": frozenset({"wrong-intermediate", "same-name-different-key"})}
"""Acceptable, too: whether a signature is broken or another key made it shows in no certificate."""


def right(cause: str | None, category: str) -> bool:
    """Whether `cause` is what the word means; `other` is any cause."""
    return cause is not None and (category not in CATEGORIES or cause in CATEGORIES[category])


def acceptable(cause: str | None, categories: tuple[str, ...]) -> bool:
    return any(right(cause, c) or cause in WIDER.get(c, ()) for c in categories)


def meant(code: int) -> frozenset[str]:
    """The causes that an X509_V_ERR_… number of the openssl program may stand for (0: none)."""
    if code == 0:
        return frozenset()
    return _BY_NAME.get(code) or openssl.meant(code)


_BY_NAME = dict.fromkeys((62, 63, 64), frozenset({"name-mismatch"}))
"""X509_V_ERR_HOSTNAME_MISMATCH and its like, which the library is never asked for."""
