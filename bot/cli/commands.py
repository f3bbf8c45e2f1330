"""What carries out each command. Each imports what it needs by itself, so that none waits for the others."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import closing
from typing import Any, TypeAlias

from bot.cli.contact import parser as contact_parser
from bot.cli.journey import parser as journey_parser
from bot.cli.richmenu import parser as richmenu_parser
from bot.model.said import Language

Arguments: TypeAlias = argparse.Namespace


def _keys(wanted: Arguments, words: Language) -> int:
    from bot.store.sealing.keyring import generate

    sys.stdout.write(f"{generate()}\n")
    return 0


def _new(wanted: Arguments, words: Language) -> int:
    from bot.cli.new import command

    given = command.NewPlaybook(wanted.folder, wanted.name, wanted.ask, wanted.answer, wanted.language)
    return command.new(given, words)


def _test(wanted: Arguments, words: Language) -> int:
    from bot.cli.playbook.test import test

    named = [wanted.playbook, *wanted.scenario] if wanted.playbook is not None else []
    return test(named, json_wanted=wanted.json, said=words)


def _explain(wanted: Arguments, words: Language) -> int:
    if wanted.event is not None:
        from bot.cli.explain_event import explain_event

        return _on_event_loop(explain_event(wanted.playbook, wanted.event, words, json_wanted=wanted.json))
    from bot.cli.playbook.explain import explain

    return explain(
        wanted.playbook,
        wanted.text,
        tags=wanted.tag,
        attributes=wanted.attribute,
        bound=wanted.bound,
        channel=wanted.channel,
        at=wanted.at,
        json_wanted=wanted.json,
        words=words,
    )


def _check(wanted: Arguments, words: Language) -> int:
    from bot.cli.playbook.check import CheckOptions, check

    asked = CheckOptions(wanted.format, words, wanted.info, wanted.strict, wanted.long)
    if not wanted.against_database:
        return check(wanted.playbook, asked)
    from bot.cli.playbook.check_against import check_against_database

    return _on_event_loop(check_against_database(wanted.playbook, asked))


def _graph(wanted: Arguments, words: Language) -> int:
    named = [word for word in (wanted.playbook, wanted.flow) if word is not None]
    if wanted.live:
        from bot.cli.playbook.graph_live import graph_live

        return _on_event_loop(graph_live(named, wanted.format, words, wanted.days))
    from bot.cli.playbook.graph import graph

    return graph(named, wanted.format, words)


def _link(wanted: Arguments, words: Language) -> int:
    from bot.cli.link.command import link

    return link(wanted.words, channel=wanted.channel, code=wanted.qr, html=wanted.html, speech=words)


def _schema(wanted: Arguments, words: Language) -> int:
    from bot.cli.playbook.schema import print_schema

    return print_schema(words, scenarios=wanted.scenarios)


def _places(wanted: Arguments, words: Language) -> int:
    from bot.cli.places import places

    return _on_event_loop(places(wanted.playbook, for_programs=wanted.json, words=words))


def _sms(wanted: Arguments, words: Language) -> int:
    from bot.cli import sms

    if wanted.action == "cap":
        return _on_event_loop(sms.cap(wanted.playbook, wanted.most, words))
    return _on_event_loop(sms.status(wanted.playbook, for_programs=wanted.json, words=words))


def _deadletters(wanted: Arguments, words: Language) -> int:
    from bot.cli.deadletters import deadletters_list

    listing = deadletters_list(wanted.playbook, wanted.days, for_programs=wanted.json, words=words)
    return _on_event_loop(listing)


def _publish(wanted: Arguments, words: Language) -> int:
    from bot.cli.playbook.publish import publish
    from bot.operations.publishing import Despite

    return _on_event_loop(publish(wanted.playbook, Despite(wanted.untested, wanted.unserved), words))


def _run(wanted: Arguments, words: Language) -> int:
    from bot.cli.run import reader

    is_asked_for = wanted.language is not None
    reader.begin(words, is_asked_for=is_asked_for, plays=wanted.simulator)  # what follows takes a second
    from bot.cli.run.command import run

    serving = run(wanted.playbook, wanted.host, wanted.port, simulator=wanted.simulator, reload=wanted.reload)
    return _on_event_loop(serving)


def _on_event_loop(work: Coroutine[Any, Any, int]) -> int:
    """Run on uvloop, which costs half of what asyncio's own loop does, where there is one."""
    with closing(work):  # also where Ctrl-C comes before it has begun
        import asyncio  # not above: other commands start without it

        if sys.platform == "win32":
            return asyncio.run(work)
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)


COMMANDS: Mapping[str, Callable[[Arguments, Language], int]] = {
    "new": _new,
    "run": _run,
    "check": _check,
    "test": _test,
    "explain": _explain,
    "graph": _graph,
    "link": _link,
    "schema": _schema,
    "keys": _keys,
    "places": _places,
    "sms": _sms,
    "deadletters": _deadletters,
    "publish": _publish,
    "contact": lambda wanted, words: _on_event_loop(contact_parser.carried_out(wanted, words)),
    "journey": lambda wanted, words: _on_event_loop(journey_parser.carried_out(wanted, words)),
    "richmenu": lambda wanted, words: _on_event_loop(richmenu_parser.carried_out(wanted, words)),
}
