"""`oaflow draw list|winners`: how draws are doing, and who has won."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence

from bot.cli.answer import in_columns
from bot.cli.arguments import Arguments, actions_of, add_action, add_json, add_playbook, describe
from bot.cli.order import CommandOrder, carried_out
from bot.cli.refusal import UsageWrong
from bot.model.translatable import Translatable, tr
from bot.operations.draws import DrawFigures, PrizeFigures, Winner, draw_figures, winners
from bot.operations.payload import pick
from bot.playbook.similar import printable

_COLUMNS: Mapping[str, Translatable] = {
    "draw": tr("draw"),
    "prize": tr("prize"),
    "odds": tr("odds"),
    "won": tr("won"),
    "left": tr("may be given"),
    "runs_out": tr("tries until it runs out"),
}
_WINNERS: Mapping[str, Translatable] = {
    "at": tr("when"),
    "prize": tr("prize"),
    "name": tr("name"),
    "contact": tr("contact"),
    "used": tr("used"),
}


def arguments(command: ArgumentParser) -> None:
    """What is asked."""
    says = "Draws: how often each was tried, what was won of each prize, and by whom."
    describe(command, says, example="oaflow draw list")
    actions = actions_of(command)
    listed = add_action(
        actions, "list", "a line for each prize", list_draws, example="oaflow draw list my-shop"
    )
    add_playbook(listed)
    add_json(listed)
    won = add_action(
        actions,
        "winners",
        "who has won, the latest first",
        list_winners,
        example="oaflow draw winners 年終抽獎",
        words="DRAW",
    )
    won.add_argument("words", nargs="+", metavar="DRAW", help="before it: folder with bot.yaml")
    add_json(won)


def _one_draw(words: Sequence[str], options: Arguments) -> None:
    if len(words) != 1:
        raise UsageWrong(tr("write one draw, after the playbook"))


@carried_out()
async def list_draws(order: CommandOrder) -> None:
    """Print how each prize of each draw is doing, in the order of the playbook."""
    found = await draw_figures(await order.people(), order.playbook)
    rows = [_row(one, prize) for one in found for prize in one.prizes]
    heads = list(map(order.speech.text, _COLUMNS.values()))
    lines = in_columns([heads, *([_cell(row[name]) for name in _COLUMNS] for row in rows)])
    order.show_all(
        {"draws": [_payload(one) for one in found]}, lines if rows else [tr("the playbook has no draws")]
    )


def _row(one: DrawFigures, prize: PrizeFigures) -> dict[str, object]:
    return {"draw": one.draw.name, "prize": prize.name, **pick(prize, "odds", "won", "left", "runs_out")}


def _payload(one: DrawFigures) -> dict[str, object]:
    prizes = [pick(prize, "name", "title", "odds", "won", "left", "runs_out") for prize in one.prizes]
    return {"draw": one.draw.name, "title": one.draw.title, **pick(one, "tries", "nothing"), "prizes": prizes}


def _cell(value: object) -> str:
    return "" if value is None else printable(f"{value:,}" if isinstance(value, int) else str(value))


@carried_out(check=_one_draw)
async def list_winners(order: CommandOrder) -> None:
    """Print who has won in a draw."""
    [name] = order.words
    found = await winners(await order.people(), order.playbook, name)
    heads = list(map(order.speech.text, _WINNERS.values()))
    lines = in_columns([heads, *(_line(order, one) for one in found)])
    payload = [pick(one, "at", "prize", "title", "contact", "name", "used") for one in found]
    order.show_all({"winners": payload}, lines if found else [tr("nobody has won yet")])


def _line(order: CommandOrder, one: Winner) -> list[str]:
    used = "" if one.used is None else order.at(one.used)
    return [order.at(one.at), printable(one.prize), printable(one.name or "–"), one.contact, used]
