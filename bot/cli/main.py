"""The command line: which command was meant, and with what."""

from __future__ import annotations

import argparse
import os
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
    run.add_argument(
        "--reload", action="store_true", help="take changed files over (with --simulator: always)"
    )
    publish = commands.add_parser(
        "publish",
        help="make a playbook live",
        description="Make a playbook live on its database: also one that another has replaced.",
        epilog="example: oaflow publish my-shop",
    )
    publish.add_argument(
        "playbook", nargs="?", type=Path, default=Path(), metavar="PLAYBOOK", help="folder with bot.yaml (.)"
    )
    _test_and_explain(commands)
    _check_and_graph(commands)
    keys = commands.add_parser(
        "keys",
        help="the keys of sealed fields",
        description="The keys that seal personal data in the database.",
        epilog='example: export OAFLOW_KEYS="$(oaflow keys new)"',
    )
    keys.add_argument("action", choices=["new"], help="new: print a new key ring for OAFLOW_KEYS")
    return top


def _test_and_explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    test = commands.add_parser(
        "test",
        help="play a playbook's scenarios",
        description="Play the playbook's scenarios (tests/scenarios/*.yaml), without database and network.",
        epilog="example: oaflow test my-shop first_binding",
    )
    test.add_argument("playbook", nargs="?", metavar="PLAYBOOK", help="folder with bot.yaml (.)")
    test.add_argument(
        "scenario", nargs="*", metavar="SCENARIO", help="a file, or its name without .yaml (all of them)"
    )
    test.add_argument("--json", action="store_true", help="the results for programs")
    explain = commands.add_parser(
        "explain",
        help="why the bot answers what it answers",
        description="What the bot would answer to a text, and why: every step with file, line and column.",
        epilog="example: oaflow explain my-shop --text 優惠 --tag VIP",
    )
    explain.add_argument(
        "playbook", nargs="?", type=Path, default=Path(), metavar="PLAYBOOK", help="folder with bot.yaml (.)"
    )
    explain.add_argument("--text", required=True, help="what the person says")
    explain.add_argument("--tag", action="append", default=[], help="a tag that the person has (repeatable)")
    explain.add_argument(
        "--attribute", action="append", default=[], metavar="KEY=VALUE", help="an attribute (repeatable)"
    )
    explain.add_argument(
        "--bound", action="append", default=[], choices=["phone", "shop", "clerk"], help="how they are bound"
    )
    explain.add_argument("--channel", help="the account that is written to (the first)")
    explain.add_argument("--at", metavar="MOMENT", help='when, such as "2026-09-01 14:00" (now)')
    explain.add_argument("--json", action="store_true", help="the answer for programs")


def _check_and_graph(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = commands.add_parser(
        "check",
        help="all mistakes of a playbook",
        description="All mistakes of a playbook. Exit 0: none (but warnings), 1: mistakes, 2: no playbook.",
        epilog="example: oaflow check my-shop --format github",
    )
    check.add_argument(
        "playbook", nargs="?", type=Path, default=Path(), metavar="PLAYBOOK", help="folder with bot.yaml (.)"
    )
    check.add_argument(
        "--format", choices=["text", "json", "github"], default="text", help="how they are shown (text)"
    )
    check.add_argument("--info", action="store_true", help="show also what costs messages")
    check.add_argument("--strict", action="store_true", help="warnings are mistakes as well")
    check.add_argument(
        "--long", action="store_true", help="print the playbook with every shorthand written out"
    )
    graph = commands.add_parser(
        "graph",
        help="a flow as a picture",
        description="A flow as a picture; without FLOW, the names of all flows.",
        epilog="example: oaflow graph my-shop skin_quiz",
    )
    graph.add_argument("playbook", nargs="?", metavar="PLAYBOOK", help="folder with bot.yaml (.)")
    graph.add_argument("flow", nargs="?", metavar="FLOW", help="name of a flow")
    graph.add_argument("--format", choices=["mermaid"], default="mermaid", help="kind of picture (mermaid)")
    commands.add_parser(
        "schema",
        help="the language as JSON Schema, for editors",
        description="The language of playbooks as JSON Schema, with which an editor completes and explains.",
        epilog="example: oaflow schema",
    )


def main(arguments: Sequence[str]) -> int:
    """Run one command; its exit code."""
    wanted = parser().parse_args(arguments)
    if wanted.command == "keys":
        from bot.store.keyring import generate

        print(generate())  # noqa: T201 - the result of the command
        return 0
    if wanted.command == "test":
        from bot.cli.test import test

        words = [wanted.playbook, *wanted.scenario] if wanted.playbook is not None else []
        return test(words, json_wanted=wanted.json)
    if wanted.command == "explain":
        from bot.cli.explain import explain

        return explain(
            wanted.playbook,
            wanted.text,
            tags=wanted.tag,
            attributes=wanted.attribute,
            bound=wanted.bound,
            channel=wanted.channel,
            at=wanted.at,
            json_wanted=wanted.json,
        )
    if wanted.command == "check":
        from bot.cli.check import check

        return check(wanted.playbook, wanted.format, info=wanted.info, strict=wanted.strict, long=wanted.long)
    if wanted.command == "graph":
        from bot.cli.graph import graph

        return graph([word for word in (wanted.playbook, wanted.flow) if word is not None])
    if wanted.command == "schema":
        from bot.cli.schema import print_schema

        return print_schema()
    if wanted.command == "publish":
        from bot.cli.publish import publish

        return _on_event_loop(publish(wanted.playbook))
    from bot.cli.run import run

    serving = run(wanted.playbook, wanted.host, wanted.port, simulator=wanted.simulator, reload=wanted.reload)
    return _on_event_loop(serving)


def _on_event_loop(work: Coroutine[Any, Any, int]) -> int:
    """Run on uvloop, which costs half of what asyncio's own loop does, where there is one."""
    import asyncio  # not above: other commands start without it

    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def entry() -> None:
    """The entry point of the package."""
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # who reads it has seen enough, as `head` has; Python would complain at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)
