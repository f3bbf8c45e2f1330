"""`oaflow run`: what may be written after it; it says that it begins before it imports what it needs."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import Arguments, add_language, add_playbook, describe
from bot.cli.run import reader
from bot.model.said import Language


def arguments(command: ArgumentParser) -> None:
    """A playbook, and how it is served."""
    says = "Serve a playbook: webhook, runtime and database in one process."
    describe(command, says, example="oaflow run my-shop --simulator", run=run)
    add_playbook(command)
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    command.add_argument(
        "--port", type=int, default=8080, help="port to listen on; 0 takes a free one (8080)"
    )
    command.add_argument("--simulator", action="store_true", help="a LINE on this machine, in the browser")
    command.add_argument(
        "--reload", action="store_true", help="take changed files over (with --simulator: always)"
    )
    add_language(command)


def run(wanted: Arguments, words: Language) -> int:
    """Serve until SIGTERM or SIGINT; the exit code of `interface.md`."""
    reader.begin(words, is_asked_for=wanted.language is not None, plays=wanted.simulator)
    from bot.cli.run.serving import served  # takes a second

    return served(wanted.playbook, wanted.host, wanted.port, simulator=wanted.simulator, reload=wanted.reload)
