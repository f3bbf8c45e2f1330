"""Pages that a person opens: flows with a page, forms, and those that are built in (language, 8.3)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.moves import Moves
from bot.engine.turn import Begin, Turn
from bot.engine.typed import typed
from bot.model.contact import Answer

MEMBER_CARD = "member_card"


def open_page(turn: Turn, moves: Moves, page: str, inputs: Mapping[str, str]) -> None:
    """A page was opened: a flow begins, or goes on there from the state that the person is in."""
    if page == MEMBER_CARD:
        page = _instead_of_card(turn)
    flow = turn.playbook.flow(page, turn.channel)
    if flow is not None and flow.page:
        given = {}
        for name, type_ in flow.inputs.items():
            value = typed(inputs[name], type_, turn.playbook.zone) if name in inputs else None
            if value is not None:
                given[name] = Answer(type_, value)
        missing = flow.inputs.keys() - given.keys()
        if missing:
            turn.note("page", "not-opened", f"{page} needs {', '.join(sorted(missing))}")
            return
        moves.begin(Begin(page, given, on_page=True, place=flow.place))
    turn.tell("page_opened", page)


def _instead_of_card(turn: Turn) -> str:
    """The flow that whoever is not bound goes through before seeing the member card."""
    card = turn.playbook.member_card
    unbound = card.get("unbound") if card is not None else None
    if turn.contact.bindings or not isinstance(unbound, str):
        return MEMBER_CARD
    return unbound
