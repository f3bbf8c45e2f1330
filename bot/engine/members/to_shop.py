"""What was set here, and the shop that maps it is to know: told once, at the end of a turn (C10)."""

from __future__ import annotations

from bot.engine.turn.turn import Turn
from bot.model.effects import WriteMember


def write_to_shop(turn: Turn) -> None:
    """Ask for what this turn has set to be written onto the member that the person is, as it is at the end.

    Who is no member of the shop has no record there: nothing is written, and binding takes the shop's values.
    """
    contact = turn.contact
    if not turn.to_shop or contact.member_no is None or not contact.bindings:
        return
    for shop in dict.fromkeys(info.shop for info in turn.playbook.attributes.values()):
        values = {
            info.slot: turn.to_shop[info.slot]
            for info in turn.playbook.attributes.values()
            if info.shop == shop and info.writable and info.slot in turn.to_shop
        }
        if shop is not None and values and contact.member_shop in (None, shop):
            turn.actions.append(WriteMember(shop, contact.member_no, values))
            turn.note("write_member", "asked", shop)
