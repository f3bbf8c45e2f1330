"""The default rich menu at LINE: of everybody who has no menu of their own (A3, G5). Pure."""

from __future__ import annotations

from bot.line.setup_calls import SetupAnswer
from bot.model.menus import MenuMapping
from bot.model.translatable import Quoted, tr
from bot.operations.doctor.finding import AGAIN, SetupFinding, SetupItem, needs_token

DEFAULT_MENU = SetupItem(
    "default_menu",
    "account",
    tr("Default rich menu"),
    tr("new friends, and all who have no menu of their own, see this one or none"),
)
_SYNC = tr("oaflow richmenu plan  shows what differs,  oaflow richmenu sync  sets it")


def menu_finding(answer: SetupAnswer | None, wanted: str | None, mapping: MenuMapping) -> SetupFinding:
    """`wanted`: the playbook's, `None` where it has none; `mapping`: what the last sync has left at LINE."""
    if answer is None or not (answer.is_fine or answer.status == 404):
        return DEFAULT_MENU.unknown(needs_token(answer), AGAIN)
    there = str(answer.body["richMenuId"]) if answer.is_fine else None
    ours = {face.line: face.menu for face in mapping.faces}
    if wanted is None:
        return _without_menu(there, ours.get(there or ""))
    menu = Quoted(wanted)
    if there is None:
        return DEFAULT_MENU.wrong(tr("LINE shows none, and the playbook has {menu}", menu=menu), _SYNC)
    if there not in ours:
        return DEFAULT_MENU.wrong(
            tr("LINE shows one that is not ours, and the playbook has {menu}", menu=menu),
            tr("find out which other system sets menus on this account, and have it stop"),
            _SYNC,
        )
    if ours[there] != wanted:
        shown = Quoted(ours[there])
        return DEFAULT_MENU.wrong(
            tr("LINE shows {there}, and the playbook has {menu}", there=shown, menu=menu), _SYNC
        )
    return DEFAULT_MENU.fine(tr("it is {menu}", menu=menu))


def _without_menu(there: str | None, ours: str | None) -> SetupFinding:
    """The playbook has none: another system's may stay."""
    if ours is not None:
        return DEFAULT_MENU.wrong(
            tr("LINE still shows {there}, and the playbook has none", there=Quoted(ours)), _SYNC
        )
    if there is not None:
        return DEFAULT_MENU.fine(tr("LINE shows one that is not ours, and the playbook has none"))
    return DEFAULT_MENU.fine(tr("none, as the playbook has it"))
