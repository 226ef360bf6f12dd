"""Which computer and which account this is: cheap, because the first screen says it."""

import getpass
import os
import socket

from tlswizard.core.text import visible


def computer() -> str:
    return visible(socket.gethostname() or "this computer")


def account() -> str:
    try:
        return visible(getpass.getuser())
    except (KeyError, OSError, ImportError):
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "this user"
