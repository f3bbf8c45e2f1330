"""Which pages are there, and which can a channel open?"""

from __future__ import annotations

from bot.engine.compiled.playbook import Playbook
from bot.model.screen import BUILT_IN, MEMBER_CARD, UNBIND


def page_names(playbook: Playbook) -> tuple[str, ...]:
    """The names of all pages: flows with a page, forms, and those that are built in."""
    return (*(name for name, flow in playbook.flows.items() if flow.page), *playbook.forms, *BUILT_IN)


def pages_of(playbook: Playbook, channel: str) -> tuple[str, ...]:
    """The names of a channel's pages: flows with a page, the member card, and the page that unbinds."""
    flows = (playbook.flow(name, channel) for name in playbook.flows)
    card = (MEMBER_CARD,) if playbook.member_card is not None else ()
    return (*(flow.name for flow in flows if flow is not None and flow.page), *card, UNBIND)
