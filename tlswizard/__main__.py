"""`python -m tlswizard`, and the `tlswizard` command."""

import sys

from tlswizard.cli.main import run


def main() -> None:
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
