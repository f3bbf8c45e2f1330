"""`oaflow deadletters list|show|resend|drop`: calls that were given up, and events that were set aside."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from bot.cli.arguments import (
    Actions,
    Arguments,
    Run,
    actions_of,
    add_action,
    add_days,
    add_json,
    add_playbook,
    describe,
)
from bot.cli.deadletters.text import lines_of, outcome_lines, outcome_payload, page
from bot.cli.operator import add_by
from bot.cli.order import CommandOrder, carried_out
from bot.cli.refusal import UsageWrong
from bot.cli.terminal_text import Progress, agreed, write_err
from bot.engine.compiled.playbook import Playbook
from bot.model.money import prices_of
from bot.model.translatable import Language, Refusal, Translatable, tr
from bot.operations.contact_view import parts_of
from bot.operations.dead_letters import Which, given_up, in_full, letter_payload, resend_costs
from bot.operations.find_contacts import NotFound, everybody, none_found
from bot.operations.payload import pick
from bot.operations.resending import Handling, Tell, drop, resend
from bot.playbook.valid import ValidPlaybook
from bot.store.events.dead_letters import DeadLetterEntry
from bot.store.stores import Stores


def arguments(command: ArgumentParser) -> None:
    """What is done with them."""
    says = "Calls that were given up, and events that nobody could decide."
    describe(command, says, example="oaflow deadletters list")
    actions = actions_of(command)
    listed = add_action(
        actions,
        "list",
        "a line for each, oldest first, without whose it is",
        list_,
        says="A line for each, oldest first: when, name, channel, kind and reason.",
        example="oaflow deadletters list my-shop --days 7",
    )
    add_playbook(listed)
    _add_filters(listed)
    listed.add_argument("--all", action="store_true", help="also what was sent once more or dropped")
    shown = _add(actions, "show", "all that is known of one, and what sending it would be", show, "NAME")
    shown.add_argument(
        "--reveal", action="store_true", help="whose it is and what it says, which is recorded"
    )
    again = _add(actions, "resend", "it is sent, or decided, once more", resend_, "[NAME…]")
    again.add_argument(
        "--second", action="store_true", help="also where the person may get it for the second time"
    )
    dropped = _add(actions, "drop", "nobody looks for it any more", drop_, "[NAME…]")
    for one in (again, dropped):
        _add_filters(one)
        one.add_argument("--yes", action="store_true", help="without asking")
        add_by(one)
    for one in (listed, shown, again, dropped):
        add_json(one)


def _add(actions: Actions, name: str, does: str, run: Run, words: str) -> ArgumentParser:
    example = f"oaflow deadletters {name} 1f0c5a77b2d4"
    action = add_action(actions, name, does, run, example=example, words=words)
    action.add_argument(
        "words",
        nargs="*",
        metavar=words,
        help="what the list and the log call it; before it: folder with bot.yaml",
    )
    return action


def _add_filters(action: ArgumentParser) -> None:
    add_days(action, "the last N days (%(default)s)")
    action.add_argument(
        "--kind",
        action="append",
        default=[],
        choices=["reply", "push", "menu", "ask", "tell", "leave", "loading", "event"],
        help="those of this kind; several times: of any of them",
    )
    action.add_argument("--reason", action="append", default=[], help="those with this reason (quota …)")
    action.add_argument("--channel", action="append", default=[], help="those of this account")
    action.add_argument(
        "--person", metavar="WHO", help="a LINE user id, a contact id, a phone or a member number"
    )


@carried_out()
async def list_(order: CommandOrder) -> None:
    """Print them, oldest first. The days are times 24 hours, back from now."""
    people = await order.people()
    lost = await given_up(people, await which(people, order, handled=order.options.all))
    order.show_all([letter_payload(one) for one in lost.found], lines_of(lost, order.zone, order.speech))


def _one_name(words: Sequence[str], options: Arguments) -> None:
    if len(words) != 1:
        raise UsageWrong(tr("write one NAME, as the list has it"))


@carried_out(check=_one_name)
async def show(order: CommandOrder) -> None:
    """Print all that is known of one."""
    reveal = order.options.reveal
    found = await in_full(await order.people(), order.words[0], order.by if reveal else None)
    payload = {
        **letter_payload(found.one),
        **pick(found, "contents", "costs"),
        "doubt": found.doubt or None,
        "refused": found.why_not,
    }
    if reveal:
        payload["contact"] = found.one.contact
    order.show_all(payload, page(found, order.zone, order.speech, reveal=reveal))


async def which(people: Stores, order: CommandOrder, *, handled: bool = False) -> Which:
    """What the options say. Raises `NotFound` where they name a person whom nobody knows."""
    options = order.options
    contacts = None if options.person is None else await _contacts(people, order.playbook, options.person)
    return Which(options.days, options.kind, options.reason, options.channel, contacts, handled)


def _named_or_narrowed(words: Sequence[str], options: Arguments) -> None:
    """All that there are is never meant by saying nothing."""
    narrowed = bool(options.kind or options.reason or options.channel or options.person)
    if bool(words) == narrowed:
        raise UsageWrong(tr("write each NAME, or which of them:  --kind, --reason, --channel, --person"))


async def _contacts(people: Stores, playbook: Playbook, identifier: str) -> Collection[str]:
    found = await everybody([people], playbook, identifier, None)
    if not found:
        raise NotFound(none_found(identifier, None))
    return {part for one in found for part in (await parts_of(one))[0]}


@dataclass(frozen=True, slots=True)
class _Action:
    """What is done to several: `question` asks for a yes to so many, `costs` says what it would cost."""

    do: Callable[[Stores, Sequence[str], Tell], Awaitable[Sequence[Handling]]]
    question: Callable[[int], Translatable]
    costs: Callable[[Sequence[DeadLetterEntry], ValidPlaybook], Translatable | None]


class NotHandled(Refusal):
    """Some of it was not done, or nothing for want of a yes."""


@carried_out(check=_named_or_narrowed)
async def resend_(order: CommandOrder) -> None:
    """Have them made once more."""

    async def do(people: Stores, names: Sequence[str], tell: Tell) -> Sequence[Handling]:
        return await resend(people, names, order.by, second=order.options.second, tell=tell)

    def question(many: int) -> Translatable:
        return tr("send {number} once more? [y/N]", number=many)

    await _handle(order, _Action(do, question, _costs))


@carried_out(check=_named_or_narrowed)
async def drop_(order: CommandOrder) -> None:
    """Drop them."""

    async def do(people: Stores, names: Sequence[str], tell: Tell) -> Sequence[Handling]:
        return await drop(people, names, order.by, tell=tell)

    def question(many: int) -> Translatable:
        return tr("drop {number}? [y/N]", number=many)

    await _handle(order, _Action(do, question, lambda found, served: None))


async def _handle(order: CommandOrder, action: _Action) -> None:
    people, names, words = await order.people(), list(dict.fromkeys(order.words)), order.speech
    if not names:
        found = (await given_up(people, await which(people, order))).found
        names = [one.name for one in found]
        if names and not order.options.yes:
            _confirm(len(names), action.costs(found, order.served), action.question, words)
    progress = Progress(words)
    done = await action.do(
        people,
        names,
        lambda number: progress.show(tr("{number} of {all}", number=number, all=len(names))),
    )
    progress.over()
    lines = list(outcome_lines(done, words)) or [words.text(tr("there are none"))]
    order.show([outcome_payload(one) for one in done], *lines)
    if left := sum(one.carried == "refused" for one in done):
        raise NotHandled(tr("not done: {number} of {all}", number=left, all=len(done)))


def _costs(found: Sequence[DeadLetterEntry], served: ValidPlaybook) -> Translatable | None:
    return resend_costs(found, prices_of(served.settings).messages)


def _confirm(
    number: int, costs: Translatable | None, question: Callable[[int], Translatable], words: Language
) -> None:
    if not sys.stdin.isatty():
        wants = tr("nothing is done to several without a yes: add  --yes")
        if costs is not None:
            wants = tr(
                "{wants} ({number} are meant; {costs})", wants=wants, number=f"{number:,}", costs=costs
            )
        raise NotHandled(wants)
    if costs is not None:
        write_err(f"{words.text(costs)}\n")
    if not agreed(question(number), words):
        raise NotHandled(tr("nothing was done"))
