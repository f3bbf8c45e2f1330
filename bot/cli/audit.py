"""`oaflow audit`: who has done what to the shop, and when: playbooks, keys, stops, imports, caps, menus."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments, add_json, add_playbook, describe
from bot.cli.clock_words import to_the_second
from bot.cli.commander import NAME_MOST
from bot.cli.dates import day_or_span
from bot.cli.deed_words import about, change, how_often
from bot.cli.on_database import on_database
from bot.cli.refusal import tell
from bot.cli.whose_people import whose_people
from bot.engine.times.local_time import LAST, MIDNIGHT, utc
from bot.model.audit import AuditKind, Deed, DeedState
from bot.model.clock import SystemClock
from bot.model.said import Language, Said, say
from bot.operations.actors import done_by
from bot.operations.audited import MOST, SHOP_KINDS, deeds
from bot.playbook.report import cells
from bot.playbook.similar import printable
from bot.playbook.valid import ValidPlaybook

KINDS: Mapping[AuditKind, Said] = {
    "published": say("a playbook was made live"),
    "rolled_back": say("an earlier playbook was made live again"),
    "keys_added": say("the database got to know keys"),
    "keys_rotated": say("new keys"),
    "keys_retired": say("old keys taken out"),
    "pushes_stopped": say("pushes stopped"),
    "pushes_resumed": say("pushes go on again"),
    "clerks_imported": say("clerks imported"),
    "clerk_suspended": say("clerk suspended"),
    "clerk_resumed": say("clerk suspended no more"),
    "clerk_codes": say("new codes of a clerk"),
    "members_imported": say("members imported"),
    "shop_synced": say("a shop's members read"),
    "resent": say("given up, and made once more"),
    "dropped": say("given up, and dropped"),
    "sms_cap_raised": say("today's SMS cap raised"),
    "sms_phone_freed": say("a phone may have codes again"),
    "menus_synced": say("rich menus synced"),
    "menus_relinked": say("rich menus linked anew"),
    "shop_linked": say("shop linked"),
    "shop_unlinked": say("shop unlinked"),
    "shop_account_chosen": say("shop's account chosen"),
    "secret_kept": say("secret kept"),
    "secret_dropped": say("secret dropped"),
    "broadcast_sent": say("broadcast sent"),
    "broadcast_tested": say("broadcast tested"),
    "broadcast_paused": say("broadcast paused"),
    "broadcast_resumed": say("broadcast resumed"),
    "broadcast_cancelled": say("broadcast cancelled"),
    "admin_added": say("account added"),
    "admin_suspended": say("account suspended"),
    "admin_resumed": say("account suspended no more"),
    "admin_unlocked": say("wrong tries at an account forgotten"),
    "admin_reset": say("account given a new start password"),
    "admin_role": say("account given another role"),
    "admin_password": say("own password changed"),
    "admin_second_factor": say("second factor changed"),
    "admin_recovery_code": say("code for a lost phone used"),
    "admin_signed_in": say("signed in"),
    "admin_signed_out": say("has signed out"),
    "admin_password_wrong": say("wrong password when signing in"),
    "admin_code_wrong": say("wrong code of the second step"),
}
STATES: Mapping[DeedState, Said] = {
    "began": say("begun: nobody has written down how it ended"),
    "refused": say("refused: nothing was changed"),
}
"""What is said of one that is not done, as far as is known."""


def arguments(command: ArgumentParser) -> None:
    """Of which time, which kind, whose."""
    says = "Who has done what to the shop, the last first; what was done to one contact stands with them."
    describe(command, says, example="oaflow audit --since 2026-11-01 --kind pushes_stopped", run=run)
    add_playbook(command)
    command.add_argument("--since", type=day_or_span, metavar="DATE", help="from this day on, or the last 7d")
    command.add_argument(
        "--until", type=day_or_span, metavar="DATE", help="to the end of this day, or until 7d ago"
    )
    command.add_argument(
        "--kind", action="append", default=[], choices=SHOP_KINDS, metavar="KIND", help="those of this kind"
    )
    command.add_argument("--by", type=_by, metavar="NAME", help="of whoever has this in their name")
    add_json(command)


def run(wanted: Arguments, words: Language) -> int:
    """Print a line for each; the exit code."""

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        zone = served.playbook.zone
        people = await whose_people(opened, words)
        since = None if wanted.since is None else _moment(wanted.since, zone)
        until = None if wanted.until is None else _moment(wanted.until, zone, to_its_end=True)
        found = await deeds(people, kinds=wanted.kind, since=since, until=until, by=wanted.by, most=MOST)
        told = [{name: one for name, one in asdict(deed).items() if name != "id"} for deed in found]
        show_answer(told, _lines(found, zone, words), for_programs=wanted.json)
        if len(found) == MOST:
            day = f"{found[-1].at.astimezone(zone):%Y-%m-%d}"
            left_out = say(
                "these are the last {number}; for what was before:  --until {day}", number=MOST, day=day
            )
            tell(left_out, words)

    return on_database(wanted.playbook, work)


def _lines(found: list[Deed], zone: ZoneInfo, words: Language) -> Iterator[str]:
    if not found:
        yield words.text(say("nothing of this kind was done in this time"))
        return
    rows = [_cells(deed, to_the_second(zone), words) for deed in found]
    wide = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (text + " " * (width - cells(text)) for text, width in zip(row, wide, strict=True))
        yield "  ".join(padded).rstrip()


def _cells(deed: Deed, moment: Callable[[datetime], str], words: Language) -> list[str]:
    by = done_by(deed.by) if deed.by else ""
    told = [KINDS[deed.kind], about(deed), how_often(deed, moment) or change(deed), by]
    state = STATES.get(deed.state)
    shown = [printable(words.words(one)) for one in told]  # a file's name may hold what a terminal obeys
    return [moment(deed.at), *shown, "" if state is None else words.text(state)]


def _by(text: str) -> str:
    if len(text) > NAME_MOST:
        raise argparse.ArgumentTypeError(f"a name has at most {NAME_MOST} characters")
    return text


def _moment(day: date | timedelta, zone: ZoneInfo, *, to_its_end: bool = False) -> datetime:
    if isinstance(day, timedelta):
        return SystemClock().now() - day
    if to_its_end and day == date.max:
        return LAST
    return utc(day + timedelta(days=to_its_end), MIDNIGHT, zone)
