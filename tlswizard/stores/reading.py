"""Certificates out of a machine's files, each parsed once however many files hold it."""

from tlswizard.core.certificate import Certificate, Malformed, parse_certificate
from tlswizard.core.pem import MAX_FILE, certificates_in
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine


class Reader:
    """Reads PEM and DER files of one machine; keeps what it has read, for many names lead to one file."""

    def __init__(self, machine: Machine, environments: tuple[str, ...] = ()) -> None:
        self.machine = machine
        self.environments = environments
        """folders of Python environments that somebody asked for"""
        self._known: dict[bytes, Certificate | Malformed] = {}
        self._files: dict[str, tuple[tuple[Certificate, ...], int]] = {}

    def file(self, path: str) -> tuple[tuple[Certificate, ...], int]:
        """The certificates in a file, and how many entries are no readable certificate. Raises OSError."""
        if path not in self._files:
            found = certificates_in(self.machine.read(path, MAX_FILE), self._known)
            good = tuple(c for c in found if isinstance(c, Certificate))
            self._files[path] = (good, len(found) - len(good))
        return self._files[path]

    def parsed(self, data: bytes) -> tuple[Certificate | Malformed, ...]:
        return certificates_in(data, self._known)

    def der(self, data: bytes) -> Certificate | Malformed:
        """One certificate by its DER, parsed once however many stores hold it."""
        if data not in self._known:
            self._known[data] = parse_certificate(data)
        return self._known[data]


def why_unreadable(error: OSError) -> str:
    """One sentence about a file that could not be read."""
    return visible(error.strerror or str(error) or type(error).__name__)
