"""The system's bundle: one generated file that most programs read, and the folders it is generated from.

Where it lies differs by distribution (the union of what Go, truststore and oscrypto look at); where a
new root is put, and which command generates the bundle, is told by the folders that are there. What was
put there and is not in the bundle is idle, with the reason. Measured on Debian; the other distributions
are read by their programs' sources and manual pages.
"""

from tlswizard.core.certificate import Certificate, day
from tlswizard.core.pem import MAX_FILE
from tlswizard.core.store import Idle, Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.change import Change, file_stem, quoted
from tlswizard.stores.linux_hashed import linked
from tlswizard.stores.linux_source import (
    BLOCKLISTS,
    CONFIGURATION,
    FLAVOURS,
    MAX_DEPTH,
    OWN,
    P11_KIT,
    VENDOR,
    Entry,
    Folder,
    deselected,
    flavour_of,
    folder_of,
    marked,
)  # fmt: skip
from tlswizard.stores.reading import Reader, why_unreadable

__all__ = ["BUNDLES", "FLAVOURS", "adding", "flavour_of", "marking", "read", "removing"]

PLATFORMS = ("linux",)
IDS = ("linux-system",)
TITLE = "this machine's bundle of trusted roots"
PRIVILEGED = "sudo tlswizard stores"

BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Alpine, NixOS
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora 44, RHEL 11
    "/etc/ssl/cert.pem",  # Alpine without the package, BSD
)

_UPDATE = {
    "debian": ("update-ca-certificates", "update-ca-certificates --fresh", "crt"),
    "alpine": ("update-ca-certificates", "update-ca-certificates --fresh", "crt"),
    "redhat": ("update-ca-trust", "update-ca-trust", "pem"),
    "arch": ("update-ca-trust", "update-ca-trust", "pem"),
    "suse": ("update-ca-certificates", "update-ca-certificates", "pem"),
    "nixos": ("nixos-rebuild switch", "nixos-rebuild switch", "pem"),
}
"""What generates the bundle; the same after a removal; how files in the source folder end."""

_CRT_ALONE = (
    "Only files whose name ends in .crt are read, and only as PEM.",
    "One certificate in each file: two of them both get into the bundle, and neither into the folder.",
)
_TRAPS = {
    "debian": (
        *_CRT_ALONE,
        "A DER file named .crt stays out of the bundle, and gets into Java's store all the same.",
        "Java's store keeps a root after its file is gone: taking it out there is a step of its own.",
    ),
    "alpine": (
        *_CRT_ALONE,
        "The command is in the package ca-certificates; ca-certificates-bundle has the file alone.",
        "Where there is no sudo, run it as root or with doas.",
    ),
    "redhat": (
        "A file that was moved there with mv keeps its old SELinux label: sudo restorecon -R {own}",
        "A copy in the folder blocklist beside it wins.",
        "Only a certificate that says CA:TRUE gets into the bundle.",
    ),
    "arch": ("A copy in the folder blocklist beside it wins.",),
    "suse": ("A copy in the folder blocklist (formerly blacklist) beside it wins.",),
    "nixos": (
        "The bundle is built from the configuration: what is put into it by hand is gone at the next build.",
        "In a configuration kept with git, a file that git does not know is not found: git add it first.",
    ),
}

_LATER = "for programs started from now on; restart long-running services"

DER = "it is DER, and the bundle takes PEM alone"
DESELECTED = f"it is deselected in {CONFIGURATION}"
DISTRUSTED = "its own file says that it is to be refused"
OTHER_USES = "it is trusted for other uses only"
UNSAID = "only files in the folder anchors are trusted without saying so themselves"
NESTED = "it lies in a folder inside the folder anchors, and only files in that itself are read"
NO_AUTHORITY = "it does not say that it is an authority (CA:TRUE), and no other is taken into the bundle"


def read(machine: Machine, reader: Reader) -> tuple[Store, ...]:
    flavour = flavour_of(machine)
    for path in BUNDLES:
        try:
            data = machine.read(path, MAX_FILE)
        except FileNotFoundError:
            continue
        except OSError as error:
            return (
                Store(
                    "linux-system", TITLE, "machine", machine.real(path), unreadable=why_unreadable(error),
                    flavour=flavour, privileged=PRIVILEGED if isinstance(error, PermissionError) else "",
                ),
            )  # fmt: skip
        return (_store(machine, reader, flavour, path, data),)
    return (_store(machine, reader, flavour, BUNDLES[0], None),)


def _store(machine: Machine, reader: Reader, flavour: str, path: str, data: bytes | None) -> Store:
    anchors: dict[Certificate, None] = {}
    idle: dict[Certificate, Idle] = {}
    refused: set[str] = set()
    skipped = 0
    where = machine.real(path)
    source = _Source(machine, reader, flavour)
    own = {e.certificate.sha256: e.path for e in reversed(source.mine)}
    for certificate, use in marked(reader, data or b""):
        if certificate is None:
            skipped += 1
        elif certificate in anchors or certificate in idle:
            continue  # OpenSSL keeps the first of two equal ones
        elif use in ("unsaid", "servers"):
            anchors[certificate] = None
        else:
            why = OTHER_USES if use == "others" else DISTRUSTED
            idle[certificate] = Idle(certificate, why, visible(own.get(certificate.sha256, where)))
            if use == "distrusted":
                refused.add(certificate.sha256)
    for entry, why in source.reasons():
        if entry.certificate not in anchors:
            idle.setdefault(entry.certificate, Idle(entry.certificate, why, visible(entry.path)))
    # Programs that read the bundle know nothing of the blocklist: to them a blocked root is missing, which is
    # as good as refused; a blocked intermediate that a server sends is like any other.
    refused |= {c.sha256 for c in source.blocked if c not in anchors and c.is_self_issued}
    return Store(
        "linux-system", TITLE, "machine", where, tuple(anchors), skipped=skipped, flavour=flavour,
        since=_since(machine, own), names=tuple((sha256, visible(path)) for sha256, path in own.items()),
        idle=tuple(idle.values()), distrusted=tuple(sorted(refused)),
        notes=(
            *(("There is no bundle on this computer.",) if data is None else ()),
            *source.notes(anchors),
            *_against_the_folder(machine, reader, flavour, anchors),
        ),
    )  # fmt: skip


def _since(machine: Machine, own: dict[str, str]) -> tuple[tuple[str, str], ...]:
    written = ((sha256, machine.modified(path)) for sha256, path in own.items())
    return tuple((sha256, day(moment)) for sha256, moment in written if moment is not None)


class _Source:
    """What the administrator put on this computer, and why each may not count."""

    def __init__(self, machine: Machine, reader: Reader, flavour: str) -> None:
        self.flavour = flavour
        p11 = flavour in P11_KIT
        folder = OWN.get(flavour)
        self.own = Folder("")
        if folder:
            self.own = folder_of(machine, reader, folder, 0 if p11 else MAX_DEPTH, p11_kit=p11)
        parent = (folder or "").rpartition("/")[0]
        self.beside = folder_of(machine, reader, parent) if p11 else Folder("")
        self.nested = [folder_of(machine, reader, path) for path in self.own.nested[:MAX_NESTED]]
        self.lists = [folder_of(machine, reader, f"{parent}/{name}") for name in BLOCKLISTS] if p11 else []
        self.left_out = () if p11 or not folder else tuple(deselected(machine, reader))
        said = (e for f in (self.own, self.beside) for e in f.entries if e.use == "distrusted")
        self.listed = {e.certificate: e for f in self.lists for e in reversed(f.entries)}
        self.blocked = {**{e.certificate: e for e in said if p11}, **self.listed}

    @property
    def mine(self) -> list[Entry]:
        """What is there to be trusted; `trust anchor --store` puts its files beside the folder."""
        return self.own.entries + [e for e in self.beside.entries if e.use in ("servers", "others")]

    def reasons(self) -> list[tuple[Entry, str]]:
        """Why each would not be in the bundle, were it not: the reason that stands above the others first."""
        update = _UPDATE[self.flavour][0]
        found = [(e, f"it is on the blocklist {e.path.rpartition('/')[0]}") for e in self.listed.values()]
        found += [(e, DISTRUSTED) for e in self.blocked.values() if e.certificate not in self.listed]
        late = f"it is not in the bundle: {update} has not run since it was put there"
        own = [(e, self._why(e) or late) for e in self.own.entries]
        # A certificate that lies there twice is in by its better file: that one's reason is the true one.
        found += sorted(own, key=lambda one: one[1] != late)
        found += [(e, UNSAID if e.use == "unsaid" else self._why(e) or late) for e in self.beside.entries]
        found += [(e, NESTED) for folder in self.nested for e in folder.entries]
        return found + [(e, DESELECTED) for e in self.left_out]

    def _why(self, entry: Entry) -> str:
        if self.flavour in P11_KIT:
            authority = entry.certificate.basic_constraints
            no_authority = entry.certificate.version > 1 and not (authority and authority.ca)
            return OTHER_USES if entry.use == "others" else NO_AUTHORITY if no_authority else ""
        name = entry.path.rpartition("/")[2]
        if not name.endswith(".crt"):
            _, dot, ending = name.rpartition(".")
            shown = f"its file name ends in .{visible(ending)}" if dot else "its file name has no ending"
            return f"{shown}, and only .crt is read" + (f"; besides, {DER}" if entry.der else "")
        if entry.der:
            return DER + ("; Java takes it" if self.flavour == "debian" else "")
        return {"others": OTHER_USES, "distrusted": DISTRUSTED}.get(entry.use, "")

    def notes(self, anchors: dict[Certificate, None]) -> tuple[str, ...]:
        still = [c.title for c in self.blocked if c in anchors]
        update = _UPDATE[self.flavour][0]
        late = f"{_some(still)} is to be refused and still in the bundle: {update} has not run since."
        folders = (self.own, self.beside, *self.nested, *self.lists)
        return (*((late,) if still else ()), *(note for folder in folders for note in folder.notes))


MAX_NESTED = 10
"""Folders inside a folder in which there should be none."""

MAX_HASHED = 2000
"""As in the folder's own store."""


def _against_the_folder(
    machine: Machine, reader: Reader, flavour: str, anchors: dict[Certificate, None]
) -> tuple[str, ...]:
    """Where the folder of single certificates has something, and not the same as the bundle."""
    _, folder = machine.openssl_paths()
    try:
        held = linked(machine, reader, folder, machine.names_in(folder), MAX_HASHED).anchors
    except OSError:
        return ()
    if not held or not anchors:
        return ()
    update = f"run sudo {_UPDATE[flavour][1]}"
    only_here = [c.title for c in anchors if c not in set(held)]
    only_there = [c.title for c in held if c not in anchors]
    where = visible(machine.real(folder))
    return tuple(
        note
        for told, note in (
            (only_here, f"{_some(only_here)} is in the bundle and has no link in {where}: {update}."),
            (only_there, f"{_some(only_there)} is in {where} and not in the bundle: {update}."),
        )
        if told
    )


def _some(titles: list[str]) -> str:
    first = f"“{titles[0]}”" if titles else ""
    return first if len(titles) < 2 else f"{first} (and {len(titles) - 1} more)"


# --- changing it ---------------------------------------------------------------------------------------


def adding(store: Store, certificate: Certificate) -> Change:
    flavour, stem = store.flavour or "debian", file_stem(certificate)
    update, _, _ = _UPDATE[flavour]
    return Change(
        commands=(
            f"sudo install -m 644 {stem}.pem {_new(flavour, stem)}",
            *_configured("add to", flavour, stem),
            f"sudo {update}",
        ),
        undo=removing(store, certificate),
        takes_effect=_LATER,
        privilege="administrator",
        traps=_traps(flavour),
        verify=_verify(store, certificate),
    )


def removing(store: Store, certificate: Certificate) -> tuple[str, ...]:
    """By the file that holds it; a distribution's own root has none, and is deselected or put on a list."""
    flavour, stem = store.flavour or "debian", file_stem(certificate)
    update, fresh, _ = _UPDATE[flavour]
    own = dict(store.names).get(certificate.sha256)
    if own is None and certificate in store.by_subject.get(certificate.subject_name, ()):
        return _leaving_out(flavour, stem, certificate, update)
    path = own or _new(flavour, stem)
    more = sum(path == other for _, other in store.names) - 1
    warning = f"   # it holds {more} more: keep them elsewhere first" if more > 0 else ""
    lines = [*_configured("take from", flavour, stem), f"sudo rm {quoted(path)}{warning}", f"sudo {fresh}"]
    return (*lines, *_out_of_java(flavour, path))


def _leaving_out(flavour: str, stem: str, certificate: Certificate, update: str) -> tuple[str, ...]:
    if flavour in P11_KIT:
        folder = OWN[flavour].rpartition("/")[0] + "/blocklist"
        return (f"sudo install -D -m 644 {stem}.pem {folder}/{stem}.pem", f"sudo {update}")
    if flavour == "nixos":
        return (
            f'# in configuration.nix: security.pki.caCertificateBlacklist = [ "{certificate.title}" ];',
            f"sudo {update}",
        )
    if flavour == "alpine":
        return (f"# in {CONFIGURATION}: put ! before the line of “{certificate.title}”", f"sudo {update}")
    return (f"sudo dpkg-reconfigure ca-certificates   # and take the mark from “{certificate.title}”",)


def marking(store: Store, idle: Idle) -> Change:
    """How a certificate that lies idle in or beside this store is made to count."""
    flavour, certificate = store.flavour or "debian", idle.certificate
    update, fresh, _ = _UPDATE[flavour]
    commands, undo = _moves(store, idle, flavour)
    return Change(
        (*commands, f"sudo {update}"),
        (*undo, f"sudo {fresh}", *(_out_of_java(flavour, idle.where) if undo else ())),
        _LATER,
        "administrator",
        _traps(flavour),
        _verify(store, certificate),
    )


def _moves(store: Store, idle: Idle, flavour: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What has to be done before the bundle is generated again, and its undo."""
    stem, where = file_stem(idle.certificate), quoted(idle.where)
    new = _new(flavour, stem)
    put = f"sudo install -m 644 {stem}.pem {new}"
    if idle.why == DESELECTED:
        line = idle.where.removeprefix(f"{VENDOR}/")
        line = "".join("\\" + c if c in "\\.*[]^$#&" else c for c in line)
        return (
            (f"sudo sed -i {quoted(f's#^!{line}$#{line}#')} {CONFIGURATION}",),
            (f"sudo sed -i {quoted(f's#^{line}$#!{line}#')} {CONFIGURATION}",),
        )
    if "on the blocklist" in idle.why:
        aside = quoted(f"{idle.where.rpartition('/')[2]}.taken-off")
        own = dict(store.names).get(idle.certificate.sha256)
        return (
            (f"sudo mv {where} {aside}", *(() if own else (put,))),
            (f"sudo mv {aside} {where}", *(() if own else (f"sudo rm {new}",))),
        )
    if idle.why in (NESTED, UNSAID) or ("only .crt is read" in idle.why and DER not in idle.why):
        to = quoted(_better(idle.where, flavour))
        label = (f"sudo restorecon {to}   # where SELinux is in use",) if flavour == "redhat" else ()
        return (f"sudo mv {where} {to}", *label), (f"sudo mv {to} {where}",)
    if idle.where == store.location:
        return (put,), (f"sudo rm {new}",)
    if DER in idle.why or idle.why in (DISTRUSTED, OTHER_USES):
        aside = quoted(f"{idle.where.rpartition('/')[2]}.before")
        return (f"sudo mv {where} {aside}", put), (f"sudo rm {new}", f"sudo mv {aside} {where}")
    if idle.why == NO_AUTHORITY:
        return (
            ("# no file changes this: have it issued again with CA:TRUE, or trust its issuer",),
            (),
        )
    return (), ()


def _better(where: str, flavour: str) -> str:
    """The same file where it is read, under a name that is read."""
    if flavour in P11_KIT:
        return f"{OWN[flavour]}/{where.rpartition('/')[2]}"
    folder, _, name = where.rpartition("/")
    stem, dot, _ = name.rpartition(".")
    return f"{folder}/{stem if dot and stem else name}.crt"


def _new(flavour: str, stem: str) -> str:
    if flavour == "nixos":
        return f"/etc/nixos/{stem}.pem"
    return f"{OWN[flavour]}/{stem}.{_UPDATE[flavour][2]}"


def _configured(verb: str, flavour: str, stem: str) -> tuple[str, ...]:
    line = f"security.pki.certificateFiles = [ ./{stem}.pem ];"
    return (f"# {verb} /etc/nixos/configuration.nix: {line}",) if flavour == "nixos" else ()


def _out_of_java(flavour: str, path: str) -> tuple[str, ...]:
    """Measured: the hook that fills Java's store on Debian never takes a certificate out again."""
    if flavour != "debian":
        return ()
    # The name as update-ca-certificates makes it.
    name = path.rpartition("/")[2].removesuffix(".crt").translate(str.maketrans(" (),", "_==_"))
    java = f"keytool -delete -cacerts -storepass changeit -alias {quoted(f'debian:{name}.pem')}"
    return (f"sudo {java}  # where Java is installed",)


def _traps(flavour: str) -> tuple[str, ...]:
    return tuple(trap.format(own=OWN.get(flavour, "")) for trap in _TRAPS[flavour])


def _verify(store: Store, certificate: Certificate) -> tuple[str, ...]:
    stem = file_stem(certificate)
    seen = f"openssl verify -partial_chain -no-CApath -CAfile {quoted(store.location)} {stem}.pem"
    listed = ("trust list --filter=ca-anchors",) if store.flavour in P11_KIT else ()
    return (seen, *listed)
