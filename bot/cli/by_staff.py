"""What staff do to flows and rich menus without another version: close, pause, and take it back (H6, G3)."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import dataclass

from bot.cli.arguments import Actions, Run, add_action, add_json, add_playbook
from bot.cli.operator import add_by
from bot.cli.order import CommandOrder, carried_out
from bot.model.brake import AnyStop, FlowLimit
from bot.model.translatable import Translatable, plural, tr
from bot.operations.actors import actor_words
from bot.operations.flow_limits import (
    free_flow,
    limit_flow,
    pause_menu,
    reasons_of,
    resume_menu,
)
from bot.operations.payload import as_json
from bot.operations.resolve_name import flow_of
from bot.playbook.similar import quoted

COUNTED = 10_000
"""People in a flow are counted up to here, as on its page."""
_FLOW = "name of a flow; before it: folder with bot.yaml"
_MENU = "name of a rich menu; before it: folder with bot.yaml"


@dataclass(frozen=True, slots=True)
class _FlowOrder:
    """An action on a flow: it sets the limit, or takes it back where it `ends`; `done` is what it answers."""

    name: str
    does: str
    limit: FlowLimit
    done: Translatable
    ends: bool = False


_FLOW_ORDERS = (
    _FlowOrder(
        "close",
        "nobody new comes into a flow; whoever is in it goes on",
        "closed",
        tr("closed to new people: whoever is in it goes on; every process knows within a second"),
    ),
    _FlowOrder(
        "open",
        "a flow that staff have closed takes new people again",
        "closed",
        tr("it takes new people again; every process knows within a second"),
        ends=True,
    ),
    _FlowOrder(
        "pause",
        "nobody comes into a flow, and nobody moves in it",
        "paused",
        tr("paused: nobody comes in, and nobody moves; every process knows within a second"),
    ),
    _FlowOrder(
        "resume",
        "a flow that staff have paused goes on",
        "paused",
        tr("it goes on: whoever waits in it moves within an hour, and what came due meanwhile is late"),
        ends=True,
    ),
)


@carried_out()
async def limits(order: CommandOrder) -> None:
    """Print what staff have closed or paused, by whom, and why."""
    people = await order.people()
    brake = await people.brakes.read()
    found: list[AnyStop] = [*brake.restrictions, *brake.menus]
    reasons = await reasons_of(people, found)
    lines = []
    for one in brake.restrictions:
        state = tr("closed to new people") if one.limit == "closed" else tr("paused")
        about = tr("{flow}: {state}", flow=one.flow, state=state)
        lines.append(_since(about, one.by, order.at(one.at), reasons.get(one.key, "")))
    for menu in brake.menus:
        about = tr("rich menu {menu}: paused", menu=quoted(menu.menu))
        lines.append(_since(about, menu.by, order.at(menu.at), reasons.get(menu.key, "")))
    payload = {
        "flows": [{**as_json(one), "reason": reasons.get(one.key)} for one in brake.restrictions],
        "menus": [{**as_json(one), "reason": reasons.get(one.key)} for one in brake.menus],
    }
    order.show_all(payload, lines or [tr("staff have closed or paused nothing")])


@carried_out()
async def pause_shown(order: CommandOrder) -> None:
    """A rich menu is as if it were not there."""
    people, now = await order.people_now()
    made, is_new = await pause_menu(
        people, order.playbook, order.name or "", order.options.why, order.by, now
    )
    done = tr("paused: people get the next rich menu that is for them; every process knows within a second")
    was = tr("paused already, since {at}, by {who}", at=order.at(made.at), who=actor_words(made.by))
    order.show({**as_json(made), "new": is_new}, done if is_new else was)


@carried_out()
async def resume_shown(order: CommandOrder) -> None:
    """It is shown again."""
    people, now = await order.people_now()
    ended, _ = await resume_menu(people, order.name or "", order.by, now)
    order.show(ended, tr("it is shown again to whom it is for"))


async def _limit(order: CommandOrder, wanted: _FlowOrder) -> None:
    name = flow_of(order.playbook, order.name).name
    people, now = await order.people_now()
    number = await people.standing.how_many_in(name, COUNTED)
    made, is_new = await limit_flow(
        people, order.playbook, name, wanted.limit, order.options.why, order.by, now
    )
    lines = [wanted.done]
    if not is_new:
        at, by = order.at(made.at), actor_words(made.by)
        lines = [
            tr("closed already, since {at}, by {who}", at=at, who=by)
            if wanted.limit == "closed"
            else tr("paused already, since {at}, by {who}", at=at, who=by)
        ]
    many = f"{number:,}+" if number == COUNTED else f"{number:,}"
    lines.append(plural("1 person is in it", "{number} people are in it", number, number=many))
    order.show({**as_json(made), "new": is_new, "people": number}, *lines)


async def _free(order: CommandOrder, wanted: _FlowOrder) -> None:
    people, now = await order.people_now()
    ended, _ = await free_flow(people, order.name or "", wanted.limit, order.by, now)
    order.show(ended, wanted.done)


def _since(about: Translatable, by: str, at: str, why: str) -> Translatable:
    since = tr("{about}, since {at}, by {who}", about=about, at=at, who=actor_words(by))
    return tr("{since}: {why}", since=since, why=why) if why else since


def add_flow_limits(actions: Actions) -> None:
    """Below `oaflow journey`."""
    for one in _FLOW_ORDERS:
        _add_flow_order(actions, one)
    says = "what staff have closed or paused, by whom, and why"
    shown = add_action(actions, "limits", says, limits, example="oaflow journey limits my-shop")
    add_playbook(shown)
    add_json(shown)


def _add_flow_order(actions: Actions, wanted: _FlowOrder) -> None:
    @carried_out()
    async def run(order: CommandOrder) -> None:
        await (_free if wanted.ends else _limit)(order, wanted)

    action = _add(actions, f"journey {wanted.name}", wanted.does, run, "FLOW", _FLOW)
    if not wanted.ends:
        _add_why(action)


def add_menu_pauses(actions: Actions) -> None:
    """Below `oaflow richmenu`."""
    gone = "a rich menu is as if it were not there: people get the next one that is for them"
    _add_why(_add(actions, "richmenu pause", gone, pause_shown, "MENU", _MENU))
    shown = "a rich menu that staff have paused is shown again"
    _add(actions, "richmenu resume", shown, resume_shown, "MENU", _MENU)


def _add(actions: Actions, named: str, does: str, run: Run, words: str, about: str) -> ArgumentParser:
    name = named.rpartition(" ")[2]
    example = f"oaflow {named} my-shop {words.lower()}"
    action = add_action(actions, name, does, run, example=example, words=words)
    action.add_argument("words", nargs="*", metavar=words, help=about)
    add_by(action)
    add_json(action)
    return action


def _add_why(action: ArgumentParser) -> None:
    action.add_argument("--why", default="", metavar="TEXT", help="the reason, for whoever asks later")
