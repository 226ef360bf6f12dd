"""A Case out of files: nothing is connected to."""

from collections.abc import Iterable
from datetime import UTC, datetime

from tlswizard.checks.gathering import gathered
from tlswizard.content.library import Content
from tlswizard.core.case import Case, Handshake, Options, Part, Revocation
from tlswizard.core.certificate import Certificate, Malformed
from tlswizard.core.crl import Crl, MalformedCrl, crls_in
from tlswizard.core.pem import MAX_FILE, certificates_in
from tlswizard.core.store import Store
from tlswizard.core.target import BadTarget, Target, parse_host
from tlswizard.core.text import visible
from tlswizard.core.trouble import Trouble
from tlswizard.machine.door import Machine
from tlswizard.stores.given import store_of
from tlswizard.wizard.keeping import read_bytes


async def offline_case(
    machine: Machine,
    chain: str,
    roots: list[str],
    crls: list[str],
    name: str | None,
    at: str | None,
    content: Content,
) -> Case:
    """The chain in the file `chain`, judged at `at` by `roots`, else by this machine's stores.

    `crls` are files of revocation lists. Raises Trouble.
    """
    host = _host(name)
    moment = machine.now() if at is None else moment_of(at)
    sent = chain_in(chain)
    shake = Handshake(host, "ok", f"the chain is that of the file {visible(chain)}", chain=sent)
    case = Case(
        target=Target(visible(chain), host or "", 443, None, None, host or ""),
        observed=machine.observed,
        at=moment,
        offline=True,
        name=host,
        handshakes=Part(moment, (shake,)),
    )
    if crls:
        given = tuple(crl for path in crls for crl in _crls(path))
        case = case.with_part("revocation", Part(moment, Revocation(given)))
    if roots:
        return case.with_part("stores", Part(moment, tuple(_given(path) for path in roots)))
    return await gathered(machine, case, ("stores",), Options(), content)


def chain_in(path: str) -> tuple[Certificate | Malformed, ...]:
    """The certificates of a file, as served. Raises Trouble."""
    data = read_bytes(path, MAX_FILE)
    found = certificates_in(data)
    if not any(isinstance(c, Certificate) for c in found):
        why = f": {found[0].why}" if found and isinstance(found[0], Malformed) else ""
        raise Trouble(
            f"{visible(path)} holds no certificate that can be read{why}. "
            "Expected is PEM (-----BEGIN CERTIFICATE-----) or DER."
        )
    if b"Server certificate" in data and len(found) > 1:
        # `openssl s_client -showcerts` prints the server's own certificate a second time below the chain.
        return tuple(c for i, c in enumerate(found) if i == 0 or c != found[0])
    return found


def _given(path: str) -> Store:
    store = store_of(path, read_bytes(path, MAX_FILE))
    if store is None:
        raise Trouble(
            f"{visible(path)} holds no certificate that can be read, so it cannot be the trusted roots"
        )
    return store


def _host(name: str | None) -> str | None:
    try:
        return None if name is None else parse_host(name)
    except BadTarget as error:
        raise Trouble(str(error)) from None


def _crls(path: str) -> tuple[Crl, ...]:
    found = crls_in(read_bytes(path, MAX_FILE))
    if not any(isinstance(crl, Crl) for crl in found):
        why = f": {found[0].why}" if found and isinstance(found[0], MalformedCrl) else ""
        raise Trouble(
            f"{visible(path)} holds no certificate revocation list that can be read{why}. "
            "Expected is PEM (-----BEGIN X509 CRL-----) or DER."
        )
    return kept(found)


def kept(found: Iterable[Crl | MalformedCrl]) -> tuple[Crl, ...]:
    """All of them: of a list that cannot be read the judge says so, instead of missing it."""
    return tuple(Crl(crl.der) for crl in found)


def moment_of(text: str) -> datetime:
    """The time that a person wrote, in UTC. Raises Trouble."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Trouble(
            f"“{visible(text, 40)}” is no time. Write 2026-01-31 or 2026-01-31T12:00:00Z."
        ) from None
