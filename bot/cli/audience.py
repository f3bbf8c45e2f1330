"""`oaflow audience size|people|export`: how many are in an audience, and who."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from math import ceil, floor

from bot.cli.arguments import Actions, Run, actions_of, add_action, add_json, describe
from bot.cli.declared import add_operations
from bot.cli.order import CommandOrder, carried_out
from bot.cli.report_output import headings
from bot.cli.terminal_text import write_file_out
from bot.model.audit import AuditEntry
from bot.model.proportions import SURE
from bot.model.translatable import Translatable, tr
from bot.operations.audience_words import known_lines, known_payload, so_many, unit_of
from bot.operations.audiences import (
    COLUMNS,
    AudienceEstimate,
    InAudience,
    WhyLeftOut,
    estimate_of,
    friends_so_far,
    left_out_of,
    limited_in,
    people_in,
    size_of,
    target_audience,
)
from bot.operations.audit_trail import PendingAuditEntry, audited
from bot.operations.catalog.subjects import subject_named
from bot.operations.payload import pick
from bot.playbook.csv_table import MARK, csv_line
from bot.playbook.similar import printable
from bot.sms.phone import national
from bot.store.stores import Stores

MOST = 100
"""People that are listed."""
_NAME = "name of an audience, everyone, or a broadcast; before it: folder with bot.yaml"


@carried_out(drafts=True)
async def size(order: CommandOrder) -> None:
    """Print about how many they are, then how many, each at once. Raises `NoSuchAudience`."""
    playbook, is_for_people = order.playbook, not order.options.json
    meant = target_audience(playbook, order.name)
    people = await order.people()

    def show(lines: Iterable[Translatable]) -> None:
        if is_for_people:
            order.show_all(None, lines)
            sys.stdout.flush()

    about = await estimate_of(people, playbook, meant)
    show(_about(channel, one) for channel, one in about.items())
    found = await size_of(people, playbook, meant)
    show(
        tr("{channel}: {people}", channel=channel, people=so_many(number))
        for channel, number in found.people.items()
    )
    without = await left_out_of(people, playbook, meant)
    limited = await limited_in(people, playbook, meant)
    known = await friends_so_far(people, meant.channels)
    show((*_without(without), *_limited(limited), *known_lines(known)))
    if not is_for_people:
        estimates = {channel: _estimate(one) for channel, one in about.items()}
        figures = {**pick(found, "at", "people"), "without": without, "estimate": estimates}
        so_far = known_payload(known)
        order.show({"audience": order.name, **figures, "limited": limited, "friends_so_far": so_far})


def _estimate(one: AudienceEstimate) -> dict[str, object]:
    low, high = floor(one.between.low), ceil(one.between.high)
    return {"people": one.people, "low": low, "high": high, "looked_at": one.sample.looked_at}


def _about(channel: str, estimate: AudienceEstimate) -> Translatable:
    low, high = estimate.between.low, estimate.between.high
    unit = unit_of(high)
    return tr(
        "{channel}: ≈ {people} people ({low} to {high}, {sure} sure: {some} contacts were looked at);"
        " now all are counted",
        channel=channel,
        people=f"{round(estimate.people / unit) * unit:,}",
        low=f"{floor(low / unit) * unit:,}",
        high=f"{ceil(high / unit) * unit:,}",
        sure=f"{SURE:.0%}",
        some=f"{estimate.sample.looked_at:,}",
    )


def _without(found: Mapping[str, Mapping[WhyLeftOut, int]]) -> Iterator[Translatable]:
    for channel, by_reason in found.items():
        for why, number in by_reason.items():
            if number:
                yield tr(
                    "{channel}: not among them {people}", channel=channel, people=_left_out_text(why, number)
                )


def _limited(found: Mapping[str, int]) -> Iterator[Translatable]:
    for channel, number in found.items():
        if number:
            yield tr(
                "{channel}: of them {people} had as many pushes as `limits` allow just now",
                channel=channel,
                people=so_many(number),
            )


def _left_out_text(why: WhyLeftOut, number: int) -> Translatable:
    match why:
        case "blocked":
            return tr("{people} who blocked the account", people=so_many(number))
        case "stopped":
            return tr("{people} wanting no marketing", people=so_many(number))
        case "not_agreed":
            return tr("{people} who have not agreed to marketing", people=so_many(number))
        case "not_here":
            return tr("{people} without LINE, known from a shop or a list", people=so_many(number))


@carried_out(drafts=True)
async def people(order: CommandOrder) -> None:
    """Print a line for each person. Raises `NoSuchAudience`."""
    meant = target_audience(order.playbook, order.name)
    found: list[InAudience] = []
    async with _recorded(order) as (stores, doing):
        async for one in people_in(stores, order.playbook, meant):
            if len(found) == order.options.most:
                order.note(tr("there are more: write  --most N, or  oaflow audience export"))
                break
            found.append(one)
        doing.update(after=f"{len(found)}")
    lines = ("  ".join(printable(cell) for cell in _cells(one) if cell) for one in found)
    order.show_all([dict(zip(COLUMNS, _cells(one), strict=True)) for one in found], lines)


@carried_out(drafts=True)
async def export(order: CommandOrder) -> None:
    """Print all of them as CSV for spreadsheets. Raises `NoSuchAudience`."""
    meant = target_audience(order.playbook, order.name)
    actor = order.by if order.options.reveal else None
    written = 0
    async with _recorded(order) as (stores, doing):
        write_file_out(MARK + csv_line(headings(COLUMNS, order.speech)))
        async for one in people_in(stores, order.playbook, meant, actor):
            write_file_out(csv_line(_cells(one)))
            written += 1
        doing.update(after=f"{written}")


@asynccontextmanager
async def _recorded(order: CommandOrder) -> AsyncIterator[tuple[Stores, PendingAuditEntry]]:
    """The people, and the line of the audit log that says first that these are listed, and by whom."""
    people, now = await order.people_now()
    entry = AuditEntry("audience_listed", order.by, now, order.name or "")
    async with audited(people, entry) as doing:
        yield people, doing


def _cells(one: InAudience) -> list[str]:
    contact = one.contact.contact
    phone = "" if contact.phone is None else national(contact.phone)
    return [
        one.identity.channel,
        one.identity.user or "",
        contact.name or "",
        phone,
        contact.member_no or "",
    ]


def arguments(command: ArgumentParser) -> None:
    """What is asked."""
    says = "Audiences, in the playbook's database, also while the bot runs; the playbook need not be live."
    describe(command, says, example="oaflow audience list my-shop")
    actions = actions_of(command)
    add_operations(actions, subject_named("audiences"))
    counted = _add(actions, "size", "how many people are in it now, on each account", size, "NAME")
    shown = _add(actions, "people", "a line for each person in it, phones masked", people, "NAME")
    shown.add_argument("--most", type=int, default=MOST, metavar="N", help="so many at most (%(default)s)")
    for one in (counted, shown):
        add_json(one)
    written = _add(actions, "export", "all people in it as CSV, phones masked", export, "NAME")
    written.add_argument(
        "--reveal", action="store_true", help="phones in full, which is recorded of each person"
    )


def _add(actions: Actions, name: str, does: str, run: Run, words: str) -> ArgumentParser:
    example = f"oaflow audience {name} my-shop everyone"
    action = add_action(actions, name, does, run, example=example, words=words)
    action.add_argument("words", nargs="*", metavar=words, help=_NAME)
    return action
