"""The content that a command works with: what is shipped, and what this computer and this person add.

Both folders look like the shipped `playbooks/`: a playbook in one hides the shipped one of the same id, and
`site.yaml` holds the facts of the organisation. A file more in `clients` is a program more, one in `messages`
beside it are its words. They are `/etc/tlswizard` and `~/.config/tlswizard` (XDG Base Directory
Specification: configuration), the second before the first.
"""

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from tlswizard.core.text import visible
from tlswizard.core.trouble import Trouble

if TYPE_CHECKING:
    from tlswizard.content.library import Content


def tables() -> "Content":
    """Raises Trouble for a mistake in a file that was added, and for what cannot be read."""
    from tlswizard.content.library import Content  # noqa: PLC0415 - the first screen is there before
    from tlswizard.content.reader import BadFile  # noqa: PLC0415 - as above
    from tlswizard.explain.playbooks import prove_first  # noqa: PLC0415 - as above

    try:
        content = Content.shipped().with_added(added())
        prove_first(content, lambda id_: _runs(content, id_))
        return content
    except BadFile as bad:
        raise Trouble(f"a table that was added on this computer cannot be used:\n{bad}") from None
    except OSError as error:
        raise _unreadable(error) from None


def _runs(content: "Content", id_: str) -> bool:
    """Whether a playbook that was added can be run. Asked for the one that a message points to, alone."""
    from tlswizard.wizard.shelf import Shelf  # noqa: PLC0415 - hardly ever asked for

    try:
        return Shelf(content).examined(id_, advice=False).playbook is not None
    except Trouble:
        return False


def added() -> tuple[Path, ...]:
    """The folders that are there. Windows: the person's own alone, because there everybody may make a folder
    for all (not run there). Raises Trouble for one that nobody here may look into."""
    own = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA") or Path.home() / ".config"
    for_all = () if os.name == "nt" else (Path("/etc/tlswizard"),)
    folders = (*for_all, Path(own) / "tlswizard")
    try:
        return tuple(folder for folder in folders if _is_there(folder))
    except OSError as error:
        raise _unreadable(error) from None


def _is_there(folder: Path) -> bool:
    """Not `is_dir`, whose answer for a folder that is closed differs between versions of Python."""
    try:
        return stat.S_ISDIR(folder.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _unreadable(error: OSError) -> Trouble:
    return Trouble(
        f"what was added on this computer cannot be read: {visible(str(error.filename))}: {error.strerror}"
    )
