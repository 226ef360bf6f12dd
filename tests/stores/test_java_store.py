"""Every JVM that is there, the file that it reads, and what a variable changes; what Java itself counts."""

import errno
import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate, serialize_java_truststore
from hypothesis import given
from hypothesis import strategies as st
from stores_making import A, B, C, Recorded, titles

from tlswizard.core.pem import certificates_in, pem
from tlswizard.core.store import Idle, Store
from tlswizard.lab.authority import Identity
from tlswizard.machine.this import ThisMachine
from tlswizard.stores import java, keystore
from tlswizard.stores.reading import Reader

KEYTOOL, JAVAC = shutil.which("keytool"), shutil.which("javac")
needs_keytool = pytest.mark.skipif(KEYTOOL is None, reason="no keytool on this computer")
needs_javac = pytest.mark.skipif(JAVAC is None, reason="no javac on this computer")

HOME = "/usr/lib/jvm/java-17"
SECURITY = f"{HOME}/lib/security"
OPTION = "-Djavax.net.ssl.trustStore"
RELEASE = b'IMPLEMENTOR="Debian"\nJAVA_VERSION="17.0.21"\n'


def jks(
    *identities: Identity, magic: int = keystore.JKS, password: str = "changeit", since: int = 0
) -> bytes:
    content = b"".join(n.to_bytes(4, "big") for n in (magic, 2, len(identities)))
    for number, identity in enumerate(identities):
        der = identity.certificate.der
        alias = f"alias-{number}".encode()
        content += (2).to_bytes(4, "big") + len(alias).to_bytes(2, "big") + alias + since.to_bytes(8, "big")
        content += b"\0\x05X.509" + len(der).to_bytes(4, "big") + der
    return content + hashlib.sha1(password.encode("utf-16-be") + b"Mighty Aphrodite" + content).digest()


def p12(*identities: Identity, password: str = "") -> bytes:
    held = [PKCS12Certificate(i.certificate.library(), i.certificate.title.encode()) for i in identities]
    encryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return serialize_java_truststore(held, encryption)


def read(machine: Recorded) -> tuple[Store, ...]:
    return java.read(machine, Reader(machine))


def one(machine: Recorded) -> Store:
    (store,) = read(machine)
    return store


def jvm(home: str = HOME, version: str = "17.0.21", content: bytes | int = b"") -> dict[str, bytes | int]:
    return {
        f"{home}/release": f'JAVA_VERSION="{version}"\n'.encode(),
        f"{home}/lib/security/cacerts": content or jks(A),
    }


def test_a_computer_without_java_has_no_such_store():
    assert read(Recorded()) == ()
    assert read(Recorded({"/opt/other/lib/security/rules.txt": b""})) == ()
    assert read(Recorded(variables={"JAVA_HOME": "/nowhere", "PATH": "/usr/bin:relative"})) == ()


def test_a_jvm_has_its_file_of_roots():
    store = one(Recorded(jvm(content=jks(A, B, since=1_898_000_000_000))))
    assert (store.id, store.scope) == (f"java:{SECURITY}/cacerts", "program")
    assert store.title == "the trusted roots of Java 17 (java-17)"
    assert (store.version, store.flavour, store.notes) == ("17.0.21", "jks", ())
    assert titles(store.anchors) == ["Root A", "Root B"]
    assert store.since == tuple((i.certificate.sha256, "22 February 2030") for i in (A, B))
    assert store.names == ((A.certificate.sha256, "alias-0"), (B.certificate.sha256, "alias-1"))


def test_two_names_of_a_jvm_are_one_and_the_one_in_use_comes_first():
    other = "/opt/jdk-25"
    files = {**jvm(), **jvm(other, "25.0.3"), **jvm("/usr/lib/jvm/default"), "/usr/bin/java": b""}
    links = {"/usr/lib/jvm/default": HOME, "/usr/bin/java": f"{other}/bin/java"}
    found = read(Recorded(files, variables={"PATH": "/usr/bin"}, links=links))
    assert [s.version for s in found] == ["25.0.3", "17.0.21"]
    found = read(Recorded(files, variables={"PATH": "/usr/bin", "JAVA_HOME": HOME}, links=links))
    assert [s.version for s in found] == ["17.0.21", "25.0.3"]


def test_a_file_that_several_share_is_one_place_and_read_once():
    shared = "/etc/ssl/certs/java/cacerts"
    files = {**jvm(), **jvm("/opt/jdk-25", "25")}

    @dataclass
    class Counting(Recorded):
        opened: tuple[str, ...] = ()

        def read(self, path: str, limit: int) -> bytes:
            self.opened += (path,)
            return super().read(path, limit)

    machine = Counting(files, links={p: shared for p in files if p.endswith("cacerts")})
    found = read(machine)
    assert {s.location for s in found} == {shared}
    assert len({s.id for s in found}) == 2
    assert sum(path.endswith("/cacerts") for path in machine.opened) == 1


def test_jdk_8_has_it_in_its_jre_and_says_its_version_in_its_own_way():
    home = "/usr/lib/jvm/java-8-openjdk-amd64"
    files = {f"{home}/jre/lib/security/cacerts": jks(A), f"{home}/release": b'JAVA_VERSION="1.8.0_392"\n'}
    found = read(Recorded({**files, f"{home}/jre/bin/java": b""}, variables={"PATH": f"{home}/jre/bin"}))
    assert [s.id for s in found] == [f"java:{home}/jre/lib/security/cacerts"]
    assert (found[0].version, found[0].title) == (
        "8.0.392", "the trusted roots of Java 8 (java-8-openjdk-amd64)",
    )  # fmt: skip
    (change,) = java.adding(found[0], C.certificate).commands
    assert change.startswith(f"sudo {home}/jre/bin/keytool -importcert ")


def test_jssecacerts_stands_before_cacerts():
    store = one(Recorded({**jvm(), f"{SECURITY}/jssecacerts": p12(B)}))
    assert (store.id, titles(store.anchors)) == (f"java:{SECURITY}/jssecacerts", ["Root B"])
    assert store.notes[0] == "It has a file jssecacerts, which this Java reads instead of cacerts."


def test_an_encrypted_file_without_its_password_is_no_trust_at_all():
    files = {**jvm(), f"{SECURITY}/jssecacerts": p12(B, password="changeit")}
    store = one(Recorded(files))
    assert store.anchors == ()
    assert titles(i.certificate for i in store.idle) == ["Root B"]
    assert "without a password" in store.idle[0].why
    assert "trust nothing of this file" in store.notes[1]
    given_ = one(Recorded(files, variables={"JAVA_TOOL_OPTIONS": f"{OPTION}Password=changeit"}))
    assert titles(given_.anchors) == ["Root B"]
    wrong = one(Recorded(files, variables={"JAVA_TOOL_OPTIONS": f"{OPTION}Password=other"}))
    assert (wrong.anchors, len(wrong.idle)) == ((), 1)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("JAVA_TOOL_OPTIONS", f"-Xmx1g {OPTION}=/srv/own.jks"),
        ("JAVA_TOOL_OPTIONS", f"'{OPTION}=/srv/own.jks'"),
        ("JAVA_TOOL_OPTIONS", f'{OPTION}=/other {OPTION}="/srv/own.jks"'),
        ("JDK_JAVA_OPTIONS", f"{OPTION}=/srv/own.jks"),
        ("_JAVA_OPTIONS", f"{OPTION}=/srv/own.jks"),
    ],
)
def test_a_file_that_a_variable_names_stands_before_all(variable: str, value: str):
    machine = Recorded({**jvm(), "/srv/own.jks": jks(B)}, variables={variable: value})
    own, usual = read(machine)
    assert (own.id, own.scope, own.version) == ("java-options:/srv/own.jks", "process", "")
    assert (titles(own.anchors), own.notes) == (["Root B"], (f"{variable} names it.",))
    assert titles(usual.anchors) == ["Root A"]
    assert usual.notes == (
        f"While {variable} names /srv/own.jks, this Java does not read its own roots.",
    )  # fmt: skip


def test_the_launchers_variable_is_nothing_to_java_8():
    files = {**jvm(version="1.8.0_392"), "/srv/own.jks": jks(B)}
    _, old = read(Recorded(files, variables={"JDK_JAVA_OPTIONS": f"{OPTION}=/srv/own.jks"}))
    assert old.notes == ()


def test_a_path_that_is_not_there_leaves_java_with_cacerts():
    files = {**jvm(), f"{SECURITY}/jssecacerts": jks(B)}
    store = one(Recorded(files, variables={"JAVA_TOOL_OPTIONS": f"{OPTION}=/gone"}))
    assert (store.id, titles(store.anchors)) == (f"java:{SECURITY}/cacerts", ["Root A"])
    assert store.notes == (
        "JAVA_TOOL_OPTIONS names /gone, which is not there: Java reads cacerts instead, without a word.",
    )


def test_lists_that_are_no_files():
    none, _ = read(Recorded(jvm(), variables={"JAVA_TOOL_OPTIONS": f"{OPTION}=NONE"}))
    assert (none.id, none.anchors, none.unreadable) == ("java-options:NONE", (), None)
    assert "trust no certificate at all" in none.notes[0]
    for options in (f"{OPTION}=NONE {OPTION}Type=Windows-ROOT", f"{OPTION}Type=Windows-ROOT"):
        system, _ = read(Recorded(jvm(), variables={"JAVA_TOOL_OPTIONS": options}))
        assert system.id == "java-options:Windows-ROOT"
        assert "the operating system's own list" in (system.unreadable or "")
        assert java.adding(system, A.certificate).commands == ()


def test_java_opens_jceks_only_if_told_to():
    files = {**jvm(), "/srv/own": jks(B, magic=keystore.JCEKS)}
    own, _ = read(Recorded(files, variables={"JAVA_TOOL_OPTIONS": f"{OPTION}=/srv/own"}))
    assert (own.anchors, len(own.idle), own.flavour) == ((), 1, "jceks")
    told = {"JAVA_TOOL_OPTIONS": f"{OPTION}=/srv/own {OPTION}Type=JCEKS"}
    own, _ = read(Recorded(files, variables=told))
    assert titles(own.anchors) == ["Root B"]
    assert "-storetype JCEKS" in java.adding(own, A.certificate).commands[0]


def test_blocked_certificates_are_refused_and_no_anchors():
    blocked = f"# refused\nAlgorithm=SHA-256\n{A.certificate.sha256.upper()}\n{'0' * 64}\nrubbish\n".encode()
    store = one(Recorded({**jvm(content=jks(A, B)), f"{SECURITY}/blocked.certs": blocked}))
    assert store.distrusted == (A.certificate.sha256, "0" * 64)
    assert titles(store.anchors) == ["Root B"]
    assert titles(i.certificate for i in store.idle) == ["Root A"]


def test_what_cannot_be_read_says_why():
    assert one(Recorded(jvm(content=b"rubbish"))).unreadable == (
        "it is no keystore: neither JKS nor JCEKS nor PKCS #12"
    )
    denied = one(Recorded(jvm(content=errno.EACCES)))
    assert (denied.unreadable, denied.privileged) == ("Permission denied", "sudo tlswizard stores")
    files = {f"{SECURITY}/blocked.certs": b""}
    missing = one(Recorded(files))
    assert (missing.unreadable, missing.anchors) == (None, ())
    assert missing.notes == (f"There is no file {SECURITY}/cacerts.",)


def test_a_locked_folder_is_a_jvm_only_where_it_looks_like_one():
    homes, parts = ("/opt/secret", "/opt/jdk"), ("lib", "jre/lib")
    locked = {f"{home}/{part}/security": errno.EACCES for home in homes for part in parts}
    files = {**locked, "/opt/jdk/release": RELEASE, "/opt/jdk/jre/lib/security/cacerts": errno.EACCES}
    store = one(Recorded(files))
    assert (store.version, store.unreadable) == ("17.0.21", "Permission denied")
    assert store.privileged == "sudo tlswizard stores"


def test_a_password_of_its_own_is_told():
    store = one(Recorded(jvm(content=jks(A, password="of its own"))))
    assert titles(store.anchors) == ["Root A"]
    assert store.notes == ("Its password is not the usual one.",)
    empty = one(Recorded(jvm(content=p12(A))))
    assert empty.notes == ("Its password is not the usual one but empty.",)
    assert any("its own instead of changeit" in trap for trap in java.adding(store, B.certificate).traps)


def test_one_bad_certificate_hides_no_other():
    broken = jks(A, B)
    at = broken.index(A.certificate.der)
    store = one(Recorded(jvm(content=broken[:at] + b"\xff" + broken[at + 1 :])))
    assert (titles(store.anchors), store.skipped) == (["Root B"], 1)


def test_windows_has_its_own_paths():
    home = r"C:\Program Files\Eclipse Adoptium\jdk-21.0.2"
    path = rf"{home}\lib\security\cacerts"

    class Windows(Recorded):
        def names_in(self, folder: str) -> tuple[str, ...]:
            start = folder.rstrip("\\") + "\\"
            found = {p[len(start) :].split("\\")[0] for p in self.files if p.startswith(start)}
            if not found:
                raise FileNotFoundError(errno.ENOENT, "not there")
            return tuple(sorted(found))

        def home(self) -> str:
            return r"C:\Users\dana"

    files = {path: jks(A), rf"{home}\release": b'JAVA_VERSION="21.0.2"\n'}
    own = r"C:\Users\dana\own.jks"
    machine = Windows(
        {**files, own: jks(B)}, platform="windows",
        variables={"PROGRAMFILES": r"C:\Program Files", "JAVA_TOOL_OPTIONS": f"{OPTION}={own}"},
    )  # fmt: skip
    named, store = read(machine)
    assert (store.id, store.version) == (f"java:{path}", "21.0.2")
    change = java.adding(store, B.certificate)
    assert change.privilege == "administrator"
    assert change.commands[0].startswith(rf'"{home}\bin\keytool.exe" -importcert ')
    assert f'-keystore "{path}"' in change.commands[0]
    assert (named.id, java.adding(named, C.certificate).privilege) == (f"java-options:{own}", "account")


def test_macos_has_its_own_places():
    home = "/Library/Java/JavaVirtualMachines/temurin-21.jdk/Contents/Home"
    store = one(Recorded(jvm(home, "21.0.2"), platform="macos"))
    assert store.title == "the trusted roots of Java 21 (temurin-21.jdk)"


def test_how_a_root_is_added_and_taken_out():
    store = one(Recorded(jvm("/home/dana/.jdks/jbr-21", "21", content=p12(A))))
    change = java.adding(store, B.certificate)
    tool, path = "/home/dana/.jdks/jbr-21/bin/keytool", "/home/dana/.jdks/jbr-21/lib/security/cacerts"
    assert change.commands == (
        f"{tool} -importcert -noprompt -trustcacerts -file root-b.pem -alias root-b -keystore {path} "
        "-storepass changeit",
    )
    assert change.undo == (f"{tool} -delete -alias root-b -keystore {path} -storepass changeit",)
    assert change.verify == (f"{tool} -list -alias root-b -keystore {path} -storepass changeit",)
    assert (change.privilege, change.takes_effect) == ("account", "when a Java program is started again")
    assert any("never put an intermediate" in trap for trap in change.traps)
    assert any("made with openssl" in trap for trap in change.traps)
    assert "'Root A'" in java.removing(store, A.certificate)[0]


def test_a_generated_file_is_changed_where_it_comes_from():
    for location, update in (
        ("/etc/ssl/certs/java/cacerts", "update-ca-certificates"),
        ("/etc/pki/ca-trust/extracted/java/cacerts", "update-ca-trust"),
    ):
        store = one(Recorded(jvm(), links={f"{SECURITY}/cacerts": location}))
        change = java.adding(store, B.certificate)
        assert change.commands[1] == f"sudo {update}"
        assert "keytool" not in change.commands[0]
        assert any("keytool -delete" in line for line in change.undo) == ("ssl" in location)


@needs_keytool
def test_the_commands_do_what_they_say(tmp_path: Path):
    options = f"{OPTION}={tmp_path / 'own.p12'} {OPTION}Password=changeit"
    machine = _Set({"JAVA_TOOL_OPTIONS": options})
    (tmp_path / "own.p12").write_bytes(p12(A, password="changeit"))
    (tmp_path / "root-b.pem").write_text(pem(B.certificate))
    store = java.read(machine, Reader(machine))[0]
    change = java.adding(store, B.certificate)
    _run(tmp_path, *change.commands, *change.verify)
    assert set(titles(java.read(machine, Reader(machine))[0].anchors)) == {"Root A", "Root B"}
    _run(tmp_path, *change.undo)
    assert titles(java.read(machine, Reader(machine))[0].anchors) == ["Root A"]


@needs_keytool
def test_an_encrypted_file_is_made_one_that_counts(tmp_path: Path):
    machine = _Set({"JAVA_TOOL_OPTIONS": f"{OPTION}={tmp_path / 'own.p12'}"})
    (tmp_path / "own.p12").write_bytes(p12(A, B, password="changeit"))
    store = java.read(machine, Reader(machine))[0]
    _run(tmp_path, *java.marking(store, store.idle[0]).commands)
    assert len(java.read(machine, Reader(machine))[0].anchors) == 2


@needs_keytool
def test_an_unmarked_certificate_is_imported_again(tmp_path: Path):
    (tmp_path / "root-a.pem").write_text(pem(A.certificate))
    _run(tmp_path, "openssl pkcs12 -export -nokeys -in root-a.pem -out own.p12 -passout pass:changeit")
    options = f"{OPTION}={tmp_path / 'own.p12'} {OPTION}Password=changeit"
    machine = _Set({"JAVA_TOOL_OPTIONS": options})
    store = java.read(machine, Reader(machine))[0]
    assert (store.anchors, [i.why for i in store.idle]) == (
        (), ["it lacks the mark by which Java knows trusted certificates; import it with keytool"],
    )  # fmt: skip
    _run(tmp_path, *java.marking(store, store.idle[0]).commands)
    assert titles(java.read(machine, Reader(machine))[0].anchors) == ["Root A"]


COUNT = """
import java.security.KeyStore; import javax.net.ssl.*;
public class Count { public static void main(String[] words) throws Exception {
  int found = 0;
  try {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init((KeyStore) null);
    found = ((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers().length;
  } catch (java.security.KeyStoreException refused) { }
  System.out.println("anchors " + found);
} }
"""


@needs_javac
@needs_keytool
def test_what_counts_here_is_what_java_counts(tmp_path: Path):
    """Each way of pointing Java at a file, asked of Java itself."""
    (tmp_path / "Count.java").write_text(COUNT)
    _run(tmp_path, "javac Count.java")
    for name, data in {
        "jks": jks(A, B), "own": jks(A, B, password="own"), "jceks": jks(A, magic=keystore.JCEKS),
        "open": p12(A, B), "locked": p12(A, B, password="changeit"), "rubbish": b"rubbish",
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(data)
    for words in (
        "=jks", "=jks Password=changeit", "=jks Password=wrong", "=own", "=jceks", "=jceks Type=JCEKS",
        "=jks Type=PKCS12", "=open", "=open Password=wrong", "=open Type=JKS", "=locked",
        "=locked Password=changeit", "=locked Password=wrong", "=NONE", "=gone", "=jks Type=JCEKS",
    ):  # fmt: skip
        options = " ".join(OPTION + word for word in words.split())
        options = options.replace(f"{OPTION}=", f"{OPTION}={tmp_path}/").replace(f"{tmp_path}/NONE", "NONE")
        java_home = str(Path(shutil.which("java") or "").resolve().parent.parent)
        machine = _Set({"JAVA_TOOL_OPTIONS": options, "JAVA_HOME": java_home})
        said = _run(tmp_path, "java -XX:TieredStopAtLevel=1 Count", JAVA_TOOL_OPTIONS=options)
        first = java.read(machine, Reader(machine))[0]
        assert f"anchors {len(first.anchors)}\n" in said, words


@needs_keytool
def test_this_computers_jvms_are_found_with_what_their_keytool_lists():
    machine = ThisMachine()
    stores = java.read(machine, Reader(machine))
    homes = {p.resolve() for p in Path("/usr/lib/jvm").glob("*") if (p / "lib/security/cacerts").is_file()}
    assert {f"java:{home}/lib/security/cacerts" for home in homes} <= {s.id for s in stores}
    for store in stores[:1]:
        assert (store.unreadable, store.skipped) == (None, 0)
        listed = _run(Path("/"), f"keytool -list -rfc -keystore {store.location} -storepass changeit")
        expected = certificates_in(re.sub(r"(?m)^[^-]*$^", "", listed).encode())
        assert {c.sha256 for c in store.anchors} == {c.sha256 for c in expected}


def test_a_file_of_fifty_megabytes_is_not_read(tmp_path: Path):
    with (tmp_path / "big").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    machine = _Set({"JAVA_TOOL_OPTIONS": f"{OPTION}={tmp_path / 'big'}"})
    assert "larger than" in (java.read(machine, Reader(machine))[0].unreadable or "")


@given(
    data=st.binary(max_size=200), release=st.binary(max_size=60), blocked=st.binary(max_size=60),
    options=st.text(max_size=60) | st.text(max_size=30).map(lambda t: f"{OPTION}={t}"),
)  # fmt: skip
def test_nothing_in_files_or_variables_breaks_the_reader(
    data: bytes, release: bytes, blocked: bytes, options: str
):
    files = {f"{HOME}/release": release, f"{SECURITY}/cacerts": data, f"{SECURITY}/blocked.certs": blocked}
    for store in read(Recorded(files, variables={"JAVA_TOOL_OPTIONS": options, "PATH": options})):
        java.adding(store, A.certificate)
        java.removing(store, A.certificate)
        java.marking(store, Idle(A.certificate, "why", "alias"))


class _Set(ThisMachine):
    """The real machine with other variables."""

    def __init__(self, variables: dict[str, str]) -> None:
        self._variables = variables

    def environment(self) -> dict[str, str]:
        return self._variables


def _run(folder: Path, *commands: str, **variables: str) -> str:
    said = ""
    for command in commands:
        line = command.removeprefix("sudo ").replace("keytool ", "keytool -J-Duser.language=en ")
        done = subprocess.run(
            ["/bin/sh", "-c", line], cwd=folder, check=True, capture_output=True, text=True,
            env={**os.environ, **variables},
        )  # fmt: skip
        said += done.stdout
    return said
