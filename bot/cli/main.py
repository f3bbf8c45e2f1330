"""The command line: which command was meant, and with what."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(
        prog="oaflow", description="LINE official-account bots for shops, written as a folder of YAML."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser(
        "run",
        help="serve a playbook",
        description="Serve a playbook: webhook, runtime and database in one process.",
        epilog="example: oaflow run my-shop --simulator",
    )
    run.add_argument(
        "playbook", nargs="?", type=Path, default=Path(), metavar="PLAYBOOK", help="folder with bot.yaml (.)"
    )
    run.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    run.add_argument("--port", type=int, default=8080, help="port to listen on; 0 takes a free one (8080)")
    run.add_argument("--simulator", action="store_true", help="a LINE on this machine, in the browser")
    keys = commands.add_parser(
        "keys",
        help="the keys of sealed fields",
        description="The keys that seal personal data in the database.",
        epilog='example: export OAFLOW_KEYS="$(oaflow keys new)"',
    )
    keys.add_argument("action", choices=["new"], help="new: print a new key ring for OAFLOW_KEYS")
    return top


def main(arguments: Sequence[str]) -> int:
    """Run one command; its exit code."""
    wanted = parser().parse_args(arguments)
    if wanted.command == "keys":
        from bot.store.keyring import generate

        print(generate())  # noqa: T201 - the result of the command
        return 0
    from bot.cli.run import run

    return _on_event_loop(run(wanted.playbook, wanted.host, wanted.port, simulator=wanted.simulator))


def _on_event_loop(work: Coroutine[Any, Any, int]) -> int:
    """Run on uvloop, which costs half of what asyncio's own loop does, where there is one."""
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def entry() -> None:
    """The entry point of the package."""
    sys.exit(main(sys.argv[1:]))
