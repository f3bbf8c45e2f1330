"""`oaflow explain`: what the bot would answer to a text, and why."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.refusal import refused
from bot.engine.playbook import Playbook
from bot.engine.typed import typed
from bot.engine.types.dates import moment_typed
from bot.model.place import Place
from bot.model.said import Language, Refusal, Said, say
from bot.model.value import Value
from bot.playbook.report import render
from bot.playbook.similar import hint_for, shown
from bot.playbook.syntax.folder import PlaybookMissing
from bot.scenario.explain import as_json, explained, in_words
from bot.scenario.folder import PlaybookFiles
from bot.scenario.given import GivenBinding, GivenPerson

WRONG = 1
COULD_NOT = 2


class OptionWrong(Refusal):
    """An option names what the playbook does not have; the text says which."""


def explain(
    playbook: Path,
    text: str,
    *,
    tags: Sequence[str],
    attributes: Sequence[str],
    bound: Sequence[GivenBinding],
    channel: str | None,
    at: str | None,
    json_wanted: bool,
    words: Language,
) -> int:
    """Print the answer and its reasons; the exit code."""
    try:
        loaded = PlaybookFiles(playbook, dict(os.environ)).load()
    except PlaybookMissing as error:
        return refused(error, COULD_NOT, words)
    found = loaded.playbook
    if found is None:
        sys.stderr.write(render(loaded.problems, loaded.sources, words))
        return WRONG
    try:
        person = GivenPerson(
            "",
            Place("", 0, 0, ""),
            _channel(found, channel),
            tags=tuple(_tag(found, name) for name in tags),
            values=dict(_attribute(found, written) for written in attributes),
            bound=tuple(bound),
        )
        now = _moment(found, at)
    except OptionWrong as error:
        return refused(error, COULD_NOT, words)
    answer = explained(found, person, text, now)
    if json_wanted:
        sys.stdout.write(json.dumps(as_json(answer), ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(in_words(answer, words))
    return 0


def _channel(playbook: Playbook, name: str | None) -> str:
    if name is None:
        return next(iter(playbook.channels))
    if name not in playbook.channels:
        raise OptionWrong(_unknown(say("channel"), name, playbook.channels))
    return name


def _tag(playbook: Playbook, name: str) -> str:
    if name not in playbook.tag_names:
        raise OptionWrong(_unknown(say("tag"), name, playbook.tag_names))
    return name


def _attribute(playbook: Playbook, written: str) -> tuple[str, Value]:
    """`KEY=VALUE`, as the slot and the typed value."""
    key, equals, text = written.partition("=")
    info = playbook.attributes.get(key)
    if info is None:
        raise OptionWrong(_unknown(say("attribute"), key, playbook.attributes))
    value = typed(text, info.type, playbook.zone) if equals else None
    if value is None:
        message = say(
            "--attribute {written}: {text} is not of the type {type}",
            written=written,
            text=shown(text),
            type=info.type,
        )
        raise OptionWrong(message)
    return info.slot, value


def _moment(playbook: Playbook, text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    moment = moment_typed(text, playbook.zone)
    if moment is None:
        raise OptionWrong(say('--at {text}: write it such as "2026-09-01 14:00"', text=text))
    return moment


def _unknown(thing: Said, name: str, known: Collection[str]) -> Said:
    message = say("no {thing} is called {name}", thing=thing, name=shown(name))
    hint = hint_for(name, known)
    return say("{message}; {hint}", message=message, hint=hint) if hint else message
