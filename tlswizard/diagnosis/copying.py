"""A copy of a Case with keys that we hold, in which certificates can be issued that nobody has yet.

Theory. Every certificate that is sent, and every one in a store whose name leads there, gets a new key and
keeps all its other bytes; whoever's key made its signature makes it again. Where no key that is known made
it (the issuer is held by nobody, or the signature is broken), a *stand-in* signs it: an issuer of the name
and key identifier that the certificate asks for, which is nowhere until an edit brings it in. So the copy
shows the faults of the original, and whether it does is for the caller to see before anything else.

A stand-in in the middle is issued by a stand-in root that all stores hold from the start, which is harmless:
nothing leads to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from cryptography.exceptions import InternalError, UnsupportedAlgorithm

from tlswizard.core import der
from tlswizard.core import extensions as ext
from tlswizard.core.case import Case
from tlswizard.core.certificate import Certificate, Malformed, parse_certificate
from tlswizard.core.crl import Crl
from tlswizard.core.edit import AddMissing, OnCopy, Reissue, SendMissing
from tlswizard.core.store import Store, index
from tlswizard.diagnosis.copied_fields import (
    ALWAYS,
    Fields,
    authority_extensions,
    common_names,
    fields_of,
    for_servers,
    name,
    new_serial,
    server_extensions,
    signed,
    signed_as_before,
    validity,
    with_names,
)
from tlswizard.diagnosis.copied_keys import HASHES, CopyKey, NoSuchKey, key_like, key_that_signs, new_key

MAX_COPIED = 64
"""Certificates in one copy: ten times what real chains and their namesakes in stores come to."""

LIFETIME = timedelta(days=90)
"""Of a server's new certificate: what every program accepts."""

AUTHORITY_LIFETIME = timedelta(days=3650)
AGO = timedelta(hours=1)
"""New certificates start a little in the past, as issuers make them."""

Served = Certificate | Malformed

BROKEN = (ValueError, LookupError, ArithmeticError, TypeError, InternalError, UnsupportedAlgorithm)
"""What reading, making and signing may end in: a server sends whatever bytes it likes."""


class NoCopy(ValueError):
    """A copy cannot be made; the message says why."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of a Case, and for each of its certificates in whose place it stands."""

    case: Case
    origin: Mapping[str, str]
    """sha256 of a copy: that of its original; stand-ins are not in it"""


@dataclass(frozen=True, slots=True)
class _Form:
    """How one copy is made."""

    fields: Fields
    key: CopyKey | None
    """None: the original's stays, because no judge can use it or nothing is signed with it"""
    signer: CopyKey | None
    """None: the signature stays, because no judge can check it"""
    hash: str
    contradicts: bool
    """inside and outside it names its signature's algorithm differently"""
    orphan: bool = False
    """a stand-in signs it"""
    claimed: str | None = None
    """the one whose key it says it was signed with, where that one did not, or nobody can tell"""


class Mould:
    """One Case, ready to be copied with any edits. Nothing of it is seen from outside but the copies."""

    def __init__(self, case: Case) -> None:
        """Raises NoCopy."""
        if not case.chain or isinstance(case.chain[0], Malformed):
            raise NoCopy("the first certificate that is sent cannot be read, so it cannot be copied")
        self._case = case
        self._leaf = case.chain[0]
        self._served = {c.sha256 for c in case.chain}
        self._trusted_key = new_key()
        self._missing_keys: dict[tuple[bytes, bytes | None], CopyKey] = {}
        try:
            originals = _reachable(case)
            self._originals = {c.sha256: c for c in originals}
            self._forms = self._shaped(originals)
            self._copies = {sha: self._made(sha, form) for sha, form in self._forms.items()}
            self._origin = {copy.sha256: sha for sha, copy in self._copies.items()}
            self._roots = self._trusted_roots()
            self._stores = {id(s): self._store(s, self._copies) for s in case.all_stores}
        except NoCopy:
            raise
        except BROKEN as error:
            raise NoCopy(f"a certificate cannot be copied: {_plainly(error)}") from error

    def copied(self, case: Case, edits: tuple[OnCopy, ...] = ()) -> Copied:
        """A copy of `case`, which is this mould's case or one edited from it, after `edits`.

        Raises NoCopy.
        """
        try:
            return self._copied(case, edits)
        except NoCopy:
            raise
        except BROKEN as error:
            raise NoCopy(_plainly(error)) from error

    def _copied(self, case: Case, edits: tuple[OnCopy, ...]) -> Copied:
        forms = dict(self._forms)
        for edit in edits:
            if isinstance(edit, Reissue):
                self._reissue(forms, edit, _true_time(case))
        renewed = {sha: self._made(sha, one) for sha, one in forms.items() if one is not self._forms[sha]}
        sent = {**self._copies, **renewed}
        stored = {**self._copies, **{s: c for s, c in renewed.items() if s not in self._served}}
        unchanged = stored.keys() == self._copies.keys() and not any(s not in self._served for s in renewed)
        stores = [
            self._stores[id(s)] if unchanged and id(s) in self._stores else self._store(s, stored)
            for s in case.all_stores
        ]
        chain: tuple[Served, ...] = tuple(sent.get(c.sha256, c) for c in case.chain)
        for edit in edits:
            match edit:
                case SendMissing(chain=held):
                    chain = (*(sent.get(c.sha256, c) for c in held), self._missing(held[-1], root=False))
                case AddMissing(store=store, below=below):
                    stores = _added(stores, store, self._missing(below, root=True))
                case Reissue(trusted=True):
                    chain = chain[:1]
        origin = {**self._origin, **{copy.sha256: sha for sha, copy in renewed.items()}}
        return Copied(self._rebuilt(case, chain, tuple(stores), forms), origin)

    def _rebuilt(
        self, case: Case, chain: tuple[Served, ...], stores: tuple[Store, ...], forms: Mapping[str, _Form]
    ) -> Case:
        if case.handshakes and case.handshakes.result:
            first, *others = case.handshakes.result
            shakes = (replace(first, chain=chain), *others)
            case = replace(case, handshakes=replace(case.handshakes, result=shakes))
        if case.stores:
            case = replace(case, stores=replace(case.stores, result=stores))
        if case.revocation and case.revocation.result and case.revocation.result.crls:
            lists = replace(case.revocation.result, crls=self._crls(forms))
            case = replace(case, revocation=replace(case.revocation, result=lists))
        return case

    # ── copies ──

    def _shaped(self, originals: list[Certificate]) -> dict[str, _Form]:
        by_subject = index(tuple(originals))
        issuers = {c.sha256: by_subject.get(c.issuer_name, ()) for c in originals}
        signers = {sha: _signer(self._originals[sha], issuers[sha]) for sha in issuers}
        # What only RSA can sign, and what nobody can check, is judged by the kind of the key, too.
        same_kind = {
            _key_id(issuer)
            for sha, signer in signers.items()
            if signer == UNKNOWN or _hash(self._originals[sha]) == "md5"
            for issuer in issuers[sha]
        }
        keys: dict[str, CopyKey | None] = {}
        signing = {_key_id(s) for s in signers.values() if isinstance(s, Certificate)}
        for c in originals:
            if _key_id(c) not in keys:
                try:
                    keys[_key_id(c)] = key_like(c, same_kind=_key_id(c) in same_kind)
                except NoSuchKey as why:
                    if _key_id(c) in signing:
                        raise NoCopy(f"“{c.title}” cannot be copied: {why}") from why
                    keys[_key_id(c)] = None  # nothing here is signed with it, so it may stay
        forms = {}
        for c in originals:
            signer = signers[c.sha256]
            claimed = None if isinstance(signer, Certificate) else _claimed(c, issuers[c.sha256], self._case)
            forms[c.sha256] = _Form(
                fields=fields_of(c),
                key=keys[_key_id(c)],
                signer=keys[_key_id(signer)]
                if isinstance(signer, Certificate)
                else self._missing_key(c)
                if signer == MISSING
                else None,
                hash=_hash(c),
                contradicts=der.raw(c.signed.algorithm) != der.raw(c.parts.algorithm),
                orphan=signer == MISSING,
                claimed=claimed.sha256 if claimed else None,
            )
        return forms

    def _made(self, sha: str, form: _Form) -> Certificate:
        fields = replace(form.fields, spki=form.key.spki) if form.key else form.fields
        if form.signer is None:
            return _read(signed_as_before(fields, self._originals[sha]))
        contradicting = fields.algorithm if form.contradicts else None
        return _read(signed(fields, form.signer, form.hash, contradicting=contradicting))

    def _store(self, store: Store, copies: Mapping[str, Certificate]) -> Store:
        anchors = tuple(copies.get(c.sha256, c) for c in store.anchors)
        if store.unreadable is None and not store.id.endswith("-ca"):
            anchors = (*anchors, *self._roots)
        intermediates = tuple(copies.get(c.sha256, c) for c in store.intermediates)
        return replace(store, anchors=anchors, intermediates=intermediates)

    @cached_property
    def _listed(self) -> tuple[tuple[Crl, tuple[str, ...]], ...]:
        """Each list, and the certificates whose key signed it."""
        revocation = self._case.revocation.result if self._case.revocation else None
        return tuple(
            (crl, tuple(sha for sha, c in self._originals.items()
                        if c.subject_name == crl.issuer_name and crl.signed_by(c)))
            for crl in (revocation.crls if revocation else ())
        )  # fmt: skip

    def _crls(self, forms: Mapping[str, _Form]) -> tuple[Crl, ...]:
        """Each signed again by whoever signed it, with the new key of one that has a new one; a list by
        somebody else stays as it is."""
        found = []
        for crl, signers in self._listed:
            renewed = (forms[s].key for s in signers if forms[s].key is not self._forms[s].key)
            key = next(renewed, None) or next((k for s in signers if (k := forms[s].key)), None)
            found.append(self._crl(crl, key) if key else crl)
        return tuple(found)

    def _crl(self, crl: Crl, key: CopyKey) -> Crl:
        algorithm, _ = key.sign(b"", HASHES[0])
        fields = [der.raw(one) for one in der.inside(der.signed_parts(crl.der).tbs)]
        fields[1 if fields[0][0] == der.INTEGER else 0] = algorithm
        tbs = der.value(der.SEQUENCE, b"".join(fields))
        signature = der.value(0x03, b"\x00" + key.sign(tbs, HASHES[0])[1])
        return Crl(der.value(der.SEQUENCE, tbs + algorithm + signature))

    # ── stand-ins ──

    def _missing_key(self, child: Certificate) -> CopyKey:
        which = (der.raw(child.parts.issuer), child.authority_key_id)
        if which not in self._missing_keys:
            self._missing_keys[which] = key_that_signs(_hash(child))
        return self._missing_keys[which]

    def _missing(self, child: Certificate, *, root: bool) -> Certificate:
        """The issuer that nobody holds, self-signed or issued by a root that is trusted."""
        form = self._forms.get(child.sha256)
        if form is None or not form.orphan:
            raise NoCopy(f"the issuer of “{child.title}” is not missing")
        key = self._missing_key(child)
        subject = der.raw(child.parts.issuer)
        serial, above = _named_issuer(child)
        issuer = subject if root else above or _TRUSTED
        above_id = child.authority_key_id if root else _TRUSTED_ID
        fields = _authority(subject, issuer, key, child.authority_key_id or b"stand-in", above_id)
        if serial:
            fields = replace(fields, serial=serial)
        return _read(signed(fields, key if root else self._trusted_key, HASHES[0]))

    def _trusted_roots(self) -> tuple[Certificate, ...]:
        names = {_TRUSTED}
        for sha, form in self._forms.items():
            above = _named_issuer(self._originals[sha])[1] if form.orphan else None
            names |= {above} if above else set()
        return tuple(
            _read(
                signed(
                    _authority(subject, subject, self._trusted_key, _TRUSTED_ID, None),
                    self._trusted_key,
                    HASHES[0],
                )
            )
            for subject in sorted(names)
        )

    # ── new certificates ──

    def _reissue(self, forms: dict[str, _Form], edit: Reissue, at: datetime) -> None:
        """Put the new form in the place of the old one, and sign what is below it if its key is new."""
        sha = (edit.certificate or self._leaf).sha256
        if sha not in forms:
            raise NoCopy("the certificate that is to be issued anew is on no path")
        old = forms[sha]
        new = self._new(forms, self._originals[sha], old, edit, at)
        if new.key is not old.key:
            for other, one in forms.items():
                if one.claimed == sha if old.key is None else one.signer is old.key:
                    forms[other] = replace(one, signer=new.key)
            if old.key is not None and new.signer is old.key:
                new = replace(new, signer=new.key)
        forms[sha] = new

    def _new(
        self, forms: Mapping[str, _Form], old: Certificate, form: _Form, edit: Reissue, at: datetime
    ) -> _Form:
        server = old == self._leaf
        dates = validity(_moved(at, -AGO), _moved(at, LIFETIME if server else AUTHORITY_LIFETIME))
        fields = replace(form.fields, serial=new_serial(), validity=dates)
        signer = (forms[form.claimed].key if form.claimed else None) or form.signer
        key, hash_, contradicts = form.key, form.hash, form.contradicts
        if edit.trusted:
            fields, signer = replace(fields, issuer=_TRUSTED), self._trusted_key
        if edit.trusted or edit.plain:
            own = old.subject_key_id or b"new"
            above = _TRUSTED_ID if edit.trusted else old.authority_key_id
            names = (*(() if edit.only else _names_of(old)), *edit.names)
            extensions = server_extensions(names, own, above) if server else authority_extensions(own, above)
            fields = replace(fields, version=_VERSION_3, unique_ids=b"", untidy=b"", extensions=extensions)
            contradicts = False
        else:
            if old.is_self_issued:  # it may name its own serial number, which is a new one
                fields = fields.without_extension(ext.AUTHORITY_KEY_ID)
            if edit.names:
                fields = with_names(fields, old, edit.names, only=edit.only)
        if edit.servers:
            fields = for_servers(fields)
        if edit.stronger or edit.trusted or key is None:
            key, hash_ = new_key(), HASHES[0]
        return replace(form, fields=fields, key=key, signer=signer, hash=hash_, contradicts=contradicts)


MISSING, UNKNOWN = "missing", "unknown"
_TRUSTED = name("Stand-in for an authority that is trusted")
_TRUSTED_ID = b"stand-in root"
_VERSION_3 = bytes.fromhex("a003020102")


def _read(encoded: bytes) -> Certificate:
    """What was made, if a judge can read it. Raises NoCopy."""
    made = parse_certificate(encoded)
    if isinstance(made, Malformed):
        raise NoCopy(f"a copy cannot be read: {made.why}")
    return made


def _plainly(error: Exception) -> str:
    """OpenSSL's own errors are pages long, and for programmers."""
    return "its key cannot be used" if isinstance(error, InternalError) else ext.plainly(error)


def _true_time(case: Case) -> datetime:
    """When a certificate would be issued: by another clock, if one is known, as issuers have right ones."""
    clock = case.clock.result if case.clock else None
    return (clock.other if clock else None) or case.at


def _moved(at: datetime, by: timedelta) -> datetime:
    """Where the calendar ends, so do the dates."""
    try:
        return at + by
    except OverflowError:
        return at


def _reachable(case: Case) -> list[Certificate]:
    """What was sent and can be read, and whatever bears an issuer's name. Raises NoCopy."""
    found = dict.fromkeys(c for c in case.chain if isinstance(c, Certificate))
    todo = list(found)
    while todo:
        issuer = todo.pop().issuer_name
        for store in case.all_stores:
            for table in (store.by_subject, store.intermediates_by_subject):
                new = [c for c in table.get(issuer, ()) if c not in found]
                found.update(dict.fromkeys(new))
                todo += new
        if len(found) > MAX_COPIED:
            raise NoCopy(f"more than {MAX_COPIED} certificates would have to be copied")
    return list(found)


def _signer(child: Certificate, candidates: tuple[Certificate, ...]) -> Certificate | str:
    """Whose key made the signature; UNKNOWN where nobody can check it, MISSING where it is none of these."""
    answers = [(c, c.verifies(child)) for c in candidates]
    known = next((c for c, answer in answers if answer), None)
    if known is not None:
        return known
    return UNKNOWN if any(answer is None for _, answer in answers) else MISSING


def _claimed(child: Certificate, candidates: tuple[Certificate, ...], case: Case) -> Certificate | None:
    """The issuer that a certificate says it has, although that one's key did not make the signature or nobody
    can tell: their key identifiers are the same, or it was sent and one of them has none."""
    wanted = child.authority_key_id
    same = [c for c in candidates if wanted is not None and c.subject_key_id == wanted]
    sent = [c for c in candidates if c in case.chain and (wanted is None or c.subject_key_id is None)]
    return next((c for c in (*same, *sent) if c != child), None)


def _key_id(certificate: Certificate) -> str:
    """Certificates with the same key have the same."""
    return getattr(certificate.key, "sha256", certificate.sha256)


def _hash(certificate: Certificate) -> str:
    found = certificate.signature_hash
    return found if found in HASHES else HASHES[0]


def _names_of(certificate: Certificate) -> tuple[str, ...]:
    names = certificate.alternative_names
    listed = (*names.dns, *names.addresses) if names else ()
    return tuple(n for n in listed if n.isascii()) or common_names(certificate)


def _named_issuer(child: Certificate) -> tuple[bytes | None, bytes | None]:
    """Serial number and issuer of the issuer, where the authority key identifier names them (RFC 5280
    section 4.2.1.1), encoded. What cannot be read names nobody."""
    extension = child.extension(ext.AUTHORITY_KEY_ID)
    if extension is None or child.authority_key is None:
        return None, None
    fields = {der.tag(one): one for one in der.inside(der.one(extension.content))}
    serial = der.value(der.INTEGER, bytes(fields[0x82].data)) if 0x82 in fields else None
    directory = [n for n in der.inside(fields[0xA1], 0xA1) if der.tag(n) == 0xA4] if 0xA1 in fields else []
    return serial, bytes(directory[0].data) if directory else None


def _authority(subject: bytes, issuer: bytes, key: CopyKey, own: bytes, above: bytes | None) -> Fields:
    return Fields(
        version=_VERSION_3, serial=new_serial(), algorithm=b"", issuer=issuer, validity=ALWAYS,
        subject=subject, spki=key.spki, unique_ids=b"", extensions=authority_extensions(own, above),
    )  # fmt: skip


def _added(stores: list[Store], id_: str, root: Certificate) -> list[Store]:
    place = next((s.location for s in stores if s.id == id_), None)
    return [replace(s, anchors=(*s.anchors, root)) if s.location == place else s for s in stores]
