"""`oaflow run`: what may be written after it; it says that it begins before it imports what it needs."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import Arguments, add_playbook, describe, number_to
from bot.cli.refusal import UsageWrong
from bot.cli.run import reader
from bot.cli.run.private_address import PrivateAddress
from bot.model.translatable import Language, tr

MOST = 64
"""Processes at most: with more than 85 some would own none of the 256 parts."""


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
    command.add_argument(
        "--files",
        action="store_true",
        help="serve the files of the folder, not what is published; a restart makes them live",
    )
    command.add_argument(
        "--processes",
        type=number_to(MOST, "processes"),
        metavar="N",
        help="so many processes behind the one address, and one that watches them",
    )
    command.add_argument(
        "--own-ports",
        type=int,
        metavar="PORT",
        help="with --processes: each is found by itself, too, from this port on (for its figures)",
    )
    command.add_argument(
        "--private-port",
        type=int,
        metavar="PORT",
        help="/metrics and /readyz on this port only, with /healthz; with --processes from this port on",
    )
    command.add_argument(
        "--private-host", metavar="HOST", default="127.0.0.1", help="address of the private port (127.0.0.1)"
    )


def run(wanted: Arguments, words: Language) -> int:
    """Serve until SIGTERM or SIGINT; the exit code of `interface.md`."""
    reader.begin(words, is_asked_for=wanted.language is not None, plays=wanted.simulator)
    if wanted.private_port is not None and wanted.own_ports is not None:
        raise UsageWrong(tr("--own-ports and --private-port are both for figures: leave one out"))
    private = PrivateAddress(wanted.private_host, wanted.private_port)
    if wanted.processes is not None:
        from bot.cli.run.several import SeveralProcesses, watched

        several = SeveralProcesses(
            *(wanted.playbook, wanted.host, wanted.port),
            *(wanted.processes, wanted.own_ports, wanted.language, wanted.files),
            private,
        )
        return watched(several, simulator=wanted.simulator, reload=wanted.reload)
    if wanted.own_ports is not None:
        raise UsageWrong(tr("--own-ports is for several processes: it goes with --processes"))
    from bot.cli.run.serving import RunOptions, served  # takes a second

    asked = RunOptions(
        *(wanted.playbook, wanted.host, wanted.port),
        *(wanted.simulator, wanted.reload, wanted.files),
        private,
    )
    return served(asked)
