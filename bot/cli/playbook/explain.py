"""`oaflow explain`: what the bot would answer to a text, and why."""

from __future__ import annotations

import json
import os
from argparse import ArgumentError, ArgumentParser
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from bot.cli.arguments import Arguments, add_json, add_playbook, describe
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.refusal import UsageWrong, note
from bot.cli.terminal_text import write_out
from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.typed import typed
from bot.engine.types.dates import moment_typed
from bot.model.asked import FROM_THE_WORLD, outcomes_of
from bot.model.news import NEWS_RESULTS
from bot.model.place import Place
from bot.model.translatable import Language, Translatable, row, tr
from bot.model.value import Value
from bot.playbook.similar import hint_for, quoted
from bot.playbook.valid import valid_playbook
from bot.scenario.chosen_outcomes import Choices
from bot.scenario.explain import Explained, as_json, explained, in_words
from bot.scenario.folder import PlaybookFiles
from bot.scenario.given import GivenFlow, GivenPerson
from bot.scenario.promotions import SCENARIO_PARTS, NamedOption
from bot.wording.titles import speaking_titles

_BY_NAME = {one.option: one for part in SCENARIO_PARTS for one in part.by_name}
"""What a person has of promotions, by option."""
OF_THE_PERSON = ("tag", "attribute", "bound", *_BY_NAME, "flow", "outcome", "channel", "at")
"""What goes with `--text` alone."""


def arguments(command: ArgumentParser) -> None:
    """A playbook; a text and who says it, or an event."""
    says = "What the bot would answer to a text, or did with a stored event, and why: every step."
    describe(command, says, example="oaflow explain my-shop --text 優惠 --tag VIP", run=run)
    add_playbook(command)
    about = command.add_mutually_exclusive_group(required=True)
    about.add_argument(
        "--text", action="append", help="what the person says (repeatable: one after the other)"
    )
    about.add_argument("--event", metavar="ID", help="an event that is stored: its webhookEventId")
    command.add_argument("--tag", action="append", default=[], help="a tag that the person has (repeatable)")
    command.add_argument(
        "--attribute", action="append", default=[], metavar="KEY=VALUE", help="an attribute (repeatable)"
    )
    command.add_argument(
        "--bound", action="append", default=[], choices=["phone", "shop", "clerk"], help="how they are bound"
    )
    for name, word in _BY_NAME.items():
        command.add_argument(f"--{name}", action="append", default=[], help=word.help)
    command.add_argument(
        "--flow", action="append", default=[], metavar="FLOW:STATE", help="a flow that the person is in"
    )
    command.add_argument(
        "--outcome",
        action="append",
        default=[],
        metavar="KIND=RESULT",
        help="what comes of a coupon, draw, hook, code, member: coupon=had, hook=failed (repeatable)",
    )
    command.add_argument("--channel", help="the account that is written to (the first)")
    command.add_argument("--at", metavar="MOMENT", help='when, such as "2026-09-01 14:00" (now)')
    add_json(command)


def run(wanted: Arguments, words: Language) -> int:
    """Print the answer and its reasons; the exit code."""
    if wanted.event is not None:
        if any(getattr(wanted, name) for name in OF_THE_PERSON):
            message = "--event is about what has happened: what is known of the person goes with --text"
            raise ArgumentError(None, message)
        from bot.cli.playbook.explain_event import explain_event  # not above: a text needs no database

        return explain_event(wanted, words)
    found = valid_playbook(PlaybookFiles(wanted.playbook, dict(os.environ)).load()).playbook
    person = GivenPerson(
        "",
        Place("", 0, 0, ""),
        _channel(found, wanted.channel),
        tags=tuple(_tag(found, name) for name in wanted.tag),
        values=dict(_attribute(found, written) for written in wanted.attribute),
        bound=tuple(wanted.bound),
        promotions={
            one.word: tuple(_named(found, one, name) for name in getattr(wanted, option))
            for option, one in _BY_NAME.items()
        },
        flows=tuple(_flow(found, written) for written in wanted.flow),
    )
    outcomes = [*map(_outcome, wanted.outcome)]
    answers = explained(found, person, wanted.text, _moment(found, wanted.at), outcomes)
    if wanted.json:
        payload = as_json(answers[0]) if len(answers) == 1 else {"said": [*map(as_json, answers)]}
        write_out(json.dumps(payload, ensure_ascii=False, indent=2) + "\n")
    else:
        write_out("\n".join(in_words(one, speaking_titles(words, found)) for one in answers))
    return _all_came(answers, outcomes, words)


def _all_came(answers: Sequence[Explained], outcomes: Choices, words: Language) -> int:
    """Whether each chosen outcome has come, and which has not; the exit code."""
    came = {(one.what.asked, one.what.result) for answer in answers for one in answer.later if one.what}
    missed = [f"{kind}={result}" for kind, result in outcomes if (kind, result) not in came]
    if not missed:
        return RIGHT
    message = tr(
        "--outcome {outcomes}: that did not come: nothing here asks for it, or the person lacks what it"
        " needs",
        outcomes=row(missed, "and"),
    )
    note(message, words)
    return WRONG


def _named(playbook: Playbook, of: NamedOption, name: str) -> str:
    if name not in (known := of.section.of(playbook)):
        raise UsageWrong(_unknown(of.thing, name, known))
    return name


def _flow(playbook: Playbook, written: str) -> GivenFlow:
    """`FLOW:STATE`, a state in which somebody rests; without it the first."""
    name, _, state = written.partition(":")
    flow = playbook.flows.get(name)
    if flow is None:
        raise UsageWrong(_unknown(tr("flow"), name, playbook.flows))
    resting = [one.name for one in flow.states.values() if one.rests]
    if (state or flow.first.name) not in resting:
        raise UsageWrong(_unknown(tr("state where one rests"), state or flow.first.name, resting))
    return GivenFlow(name, state or flow.first.name)


def _outcome(written: str) -> tuple[str, str]:
    """`KIND=RESULT`."""
    kind, equals, result = written.partition("=")
    if not equals:
        raise UsageWrong(tr("--outcome {written}: write it such as  coupon=had", written=written))
    if kind not in FROM_THE_WORLD:
        raise UsageWrong(_unknown(tr("outcome"), kind, FROM_THE_WORLD))
    if result in NEWS_RESULTS.get(kind, ()) and result not in outcomes_of(kind):
        raise UsageWrong(
            tr(
                "--outcome {written}: nothing that is asked brings this; say --text once more, choose --at,"
                " or play it with  oaflow test",
                written=written,
            )
        )
    if result not in outcomes_of(kind):
        known = row(outcomes_of(kind), "or")
        message = tr("--outcome {written}: of {kind} comes {known}", written=written, kind=kind, known=known)
        raise UsageWrong(message)
    return kind, result


def _channel(playbook: Playbook, name: str | None) -> str:
    if name is None:
        return next(iter(playbook.channels))
    if name not in playbook.channels:
        raise UsageWrong(_unknown(tr("channel"), name, playbook.channels))
    return name


def _tag(playbook: Playbook, name: str) -> str:
    if name not in playbook.tag_names:
        raise UsageWrong(_unknown(tr("tag"), name, playbook.tag_names))
    return name


def _attribute(playbook: Playbook, written: str) -> tuple[str, Value]:
    """`KEY=VALUE`, as the slot and the typed value."""
    key, equals, text = written.partition("=")
    info = playbook.attributes.get(key)
    if info is None:
        raise UsageWrong(_unknown(tr("attribute"), key, playbook.attributes))
    value = typed(text, info.type, playbook.zone) if equals else None
    if value is None:
        message = tr(
            "--attribute {written}: {text} is not of the type {type}",
            written=written,
            text=quoted(text),
            type=info.type,
        )
        raise UsageWrong(message)
    return info.slot, value


def _moment(playbook: Playbook, text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    moment = moment_typed(text, playbook.zone)
    if moment is None:
        raise UsageWrong(tr('--at {text}: write it such as "2026-09-01 14:00"', text=text))
    return moment


def _unknown(thing: Translatable, name: str, known: Collection[str]) -> Translatable:
    message = tr("no {thing} is called {name}", thing=thing, name=quoted(name))
    hint = hint_for(name, known)
    return tr("{message}; {hint}", message=message, hint=hint) if hint else message
