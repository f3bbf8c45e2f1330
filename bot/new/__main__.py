"""`python -m bot.new` begins a new part of this source tree, with a test, and says what is to do next."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from bot.new import connector, operation, promotion

KINDS = {"operation": operation, "connector": connector, "promotion": promotion}
"""What can be begun: each has its `arguments`, what is `wrong` with them, and what to `write`."""


def main() -> None:
    """Write what was asked for, and say what is left to do."""
    asked = ArgumentParser("python -m bot.new", description=__doc__)
    kinds = asked.add_subparsers(dest="what", required=True)
    for name, kind in KINDS.items():
        kind.arguments(kinds.add_parser(name, help=kind.__doc__, description=kind.__doc__))
    options = asked.parse_args()
    kind = KINDS[options.what]
    if (wrong := kind.wrong(options)) is not None:
        asked.error(wrong)
    sys.stdout.write(kind.write(options))


if __name__ == "__main__":
    main()
