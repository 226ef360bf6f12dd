"""Where browsers keep what is theirs, by platform, and what their three kinds of store share.

Chromium documentation, "User Data Directory"; mozilla.org, "Profiles - Where Firefox stores your data";
the folders of snap and flatpak as their packages make them. Windows and macOS were not run.
"""

from collections.abc import Iterator

from tlswizard.core.store import Scope, Store
from tlswizard.core.text import visible
from tlswizard.machine.door import Machine
from tlswizard.stores.change import quoted
from tlswizard.stores.reading import why_unreadable

MAX_FOLDERS = 200
"""Names of one folder that are looked at: a folder of profiles has about fifty."""

CHROMIUM_COMMANDS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge",
    "microsoft-edge-stable", "brave-browser",
)  # fmt: skip
FIREFOX_COMMANDS = ("firefox", "firefox-esr")

_CHROMIUM_FLATPAKS = (
    ("org.chromium.Chromium", "chromium"),
    ("com.google.Chrome", "google-chrome"),
    ("com.microsoft.Edge", "microsoft-edge"),
    ("com.brave.Browser", "BraveSoftware/Brave-Browser"),
)
_CHROMIUM_CONFIG = (
    "chromium", "google-chrome", "google-chrome-beta", "google-chrome-unstable", "microsoft-edge",
    "microsoft-edge-beta", "microsoft-edge-dev", "BraveSoftware/Brave-Browser",
)  # fmt: skip
_CHROMIUM_LOCAL = ("Chromium", "Google/Chrome", "Microsoft/Edge", "BraveSoftware/Brave-Browser")
_CHROMIUM_LIBRARY = ("Chromium", "Google/Chrome", "Microsoft Edge", "BraveSoftware/Brave-Browser")


def home(machine: Machine) -> str:
    return forward(machine.home())


def forward(path: str) -> str:
    """With `/` between the folders: Windows reads both."""
    return path.replace("\\", "/").rstrip("/")


def folder_of(machine: Machine, variable: str, otherwise: str) -> str:
    """The folder that a variable names; relative ones count for nothing (XDG Base Directory)."""
    told = forward(machine.environment().get(variable, ""))
    return told if told.startswith("/") or told[1:2] == ":" else f"{home(machine)}/{otherwise}"


def user_data_folders(machine: Machine) -> tuple[str, ...]:
    """Where a Chromium browser of this account may have its profiles, whether or not it is there."""
    match machine.observed.platform:
        case "windows":
            local = folder_of(machine, "LOCALAPPDATA", "AppData/Local")
            return tuple(f"{local}/{name}/User Data" for name in _CHROMIUM_LOCAL)
        case "macos":
            return tuple(f"{home(machine)}/Library/Application Support/{n}" for n in _CHROMIUM_LIBRARY)
    config = folder_of(machine, "XDG_CONFIG_HOME", ".config")
    return (
        *(f"{config}/{name}" for name in _CHROMIUM_CONFIG),
        f"{home(machine)}/snap/chromium/common/chromium",
        f"{home(machine)}/snap/brave/current/.config/BraveSoftware/Brave-Browser",
        *(f"{home(machine)}/.var/app/{app}/config/{name}" for app, name in _CHROMIUM_FLATPAKS),
    )


def mozilla_folders(machine: Machine) -> tuple[tuple[str, str], ...]:
    """(program, folder with its `profiles.ini`), whether or not it is there."""
    match machine.observed.platform:
        case "windows":
            roaming = folder_of(machine, "APPDATA", "AppData/Roaming")
            return (("Firefox", f"{roaming}/Mozilla/Firefox"), ("Thunderbird", f"{roaming}/Thunderbird"))
        case "macos":
            library = f"{home(machine)}/Library"
            return (
                ("Firefox", f"{library}/Application Support/Firefox"),
                ("Thunderbird", f"{library}/Thunderbird"),
            )
    at = home(machine)
    return (
        ("Firefox", f"{at}/.mozilla/firefox"),
        ("Firefox", f"{folder_of(machine, 'XDG_CONFIG_HOME', '.config')}/mozilla/firefox"),
        ("Firefox", f"{at}/snap/firefox/common/.mozilla/firefox"),
        ("Firefox", f"{at}/.var/app/org.mozilla.firefox/.mozilla/firefox"),
        ("Firefox", f"{at}/.var/app/org.mozilla.firefox/config/mozilla/firefox"),
        ("Thunderbird", f"{at}/.thunderbird"),
        ("Thunderbird", f"{at}/snap/thunderbird/common/.thunderbird"),
        ("Thunderbird", f"{at}/.var/app/org.mozilla.Thunderbird/.thunderbird"),
    )


def names(machine: Machine, folder: str) -> tuple[str, ...]:
    """The names in a folder, as many as are looked at; () where it is not there or is closed."""
    try:
        return machine.names_in(folder)[:MAX_FOLDERS]
    except (OSError, ValueError):
        return ()


def is_there(machine: Machine, folder: str) -> bool:
    """A folder that may not be opened is there, too."""
    try:
        machine.names_in(folder)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def has_any(machine: Machine, commands: tuple[str, ...], folders: tuple[str, ...]) -> bool:
    """Whether one of the programs is installed, by its command or by a folder of its own."""
    return any(machine.has(f"command:{command}") for command in commands) or any(
        is_there(machine, folder) for folder in folders
    )


def unreadable(
    machine: Machine, id_: str, title: str, scope: Scope, path: str, error: OSError | ValueError | str
) -> Store:
    """A store of which only the reason is known; one that more privilege opens says how."""
    why = error if isinstance(error, str) else visible(str(error))
    if isinstance(error, OSError):
        why = why_unreadable(error)
    closed = isinstance(error, PermissionError)
    return Store(
        id_, title, scope, machine.real(path), unreadable=why, privileged=_again(machine) if closed else ""
    )


def _again(machine: Machine) -> str:
    return "tlswizard stores" if machine.observed.platform == "windows" else "sudo tlswizard stores"


def newer_rows(machine: Machine, path: str, limit: int) -> Iterator[str]:
    """A sentence where rows that are not yet in a database's own file lie beside it."""
    for ending in ("-wal", "-journal"):
        try:
            newer = bool(machine.read(path + ending, limit))
        except FileNotFoundError:
            continue
        except (OSError, ValueError):
            newer = True
        if newer:
            yield (
                f"Beside it lies {path.rsplit('/', 1)[-1]}{ending}, which is not read here: the latest "
                "changes may be in it until the program is closed."
            )


def word(text: str) -> str:
    """One word of the platform's command line; a path with a drive letter is one of Windows."""
    return f'"{text}"' if text.removeprefix("sql:")[1:2] == ":" else quoted(text)
