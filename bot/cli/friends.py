"""`oaflow friends import`: people who were friends of the account before the bot was."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from bot.cli.arguments import Arguments, actions_of, add_action, add_json, describe
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.file_encoding import add_encoding, note_encoding
from bot.cli.line_here import line_and_playbook
from bot.cli.operator import add_by
from bot.cli.order import CommandOrder, carried_out
from bot.cli.refusal import UsageWrong
from bot.cli.terminal_text import Progress
from bot.engine.compiled.playbook import Playbook
from bot.model.translatable import row, tr
from bot.operations.broadcasts.line_now import line_of
from bot.operations.bulk_batches import turns_left
from bot.operations.find_contacts import NotFound, not_called
from bot.operations.friend_import import NotOfThisChannel, import_friends
from bot.operations.friend_order import FriendsOrder
from bot.operations.import_report import open_in_words
from bot.playbook.similar import hint_for

_FILE = "LINE user ids (CSV or a line each); none: LINE's own list; before it: folder with bot.yaml"


def _one_file(words: Sequence[str], options: Arguments) -> None:
    if len(words) > 1:
        raise UsageWrong(tr("write one file, after the playbook"))


@carried_out(check=_one_file)
async def import_(order: CommandOrder) -> int:
    """Take friends over, and print what came of it; exit 1 where lines were refused."""
    options, progress = order.options, Progress(order.speech)
    people = await order.people()
    line, known = await line_and_playbook(order.opened, order.served, people)
    playbook = known.playbook
    wanted = FriendsOrder(
        _channel(playbook, options.channel),
        Path(order.words[0]) if order.words else None,
        profiles=not options.no_profiles,
        anyway=options.yes,
        dry=options.dry_run,
        encoding=options.encoding,
    )
    if wanted.file is not None:
        note_encoding(wanted.file, order)
    try:
        async with line_of(line, wanted.channel) as client:
            done = await import_friends(people, playbook, client, wanted, order.by, progress.show)
        if not wanted.dry:
            done.turns_left = await turns_left(
                people, tell=lambda left, seconds: progress.show(open_in_words(left, seconds))
            )
    except NotOfThisChannel as error:
        anyway = tr("{why}: to take them all the same, add  --yes", why=error.message)
        raise NotOfThisChannel(anyway) from error
    finally:
        progress.over()
    order.show_all(done, done.lines(order.at))
    return WRONG if done.refused else RIGHT


def _channel(playbook: Playbook, name: str | None) -> str:
    channels = playbook.channels
    if name is None:
        if len(channels) == 1:
            return next(iter(channels))
        raise NotFound(tr("say whose friends: add  --channel NAME, one of {names}", names=row(channels)))
    if name not in channels:
        there = tr("its channels are {names}", names=row(channels))
        raise NotFound(not_called(tr("channel"), name, hint_for(name, channels) or there))
    return name


def arguments(command: ArgumentParser) -> None:
    """What is done."""
    says = "Friends who were here before the bot: in audiences and broadcasts at once, silently."
    describe(command, says, example="oaflow friends import")
    read = add_action(
        actions_of(command),
        "import",
        "friends by LINE's own list, or a file of LINE user ids",
        import_,
        example="oaflow friends import my-shop friends.csv --dry-run",
        words="[FILE]",
    )
    read.add_argument("words", nargs="*", metavar="FILE", help=_FILE)
    read.add_argument("--channel", metavar="NAME", help="whose friends they are (the only account)")
    read.add_argument("--dry-run", action="store_true", help="only tell what would come of it")
    read.add_argument("--no-profiles", action="store_true", help="LINE is not asked who they are")
    read.add_argument("--yes", action="store_true", help="also where LINE knows none of a file's ids")
    add_encoding(read)
    add_json(read)
    add_by(read)
