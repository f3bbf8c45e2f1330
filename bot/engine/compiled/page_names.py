"""Which pages are there, and which can a channel open?"""

from __future__ import annotations

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.form import flow_of_form
from bot.engine.compiled.playbook import Playbook
from bot.model.screen import BUILT_IN, MEMBER_CARD, UNBIND


def page_names(playbook: Playbook) -> tuple[str, ...]:
    """The names of all pages: flows with a page, forms, and those that are built in."""
    return (*(name for name, flow in playbook.flows.items() if flow.page), *playbook.forms, *BUILT_IN)


def pages_of(playbook: Playbook, channel: str) -> tuple[str, ...]:
    """The names of a channel's pages: flows with a page, forms, the member card, the page that unbinds."""
    flows = (playbook.flow(name, channel) for name in playbook.flows)
    card = (MEMBER_CARD,) if playbook.member_card is not None else ()
    paged = (flow.name for flow in flows if flow is not None and flow.page)
    return (*paged, *playbook.forms, *card, UNBIND)


def page_flow(playbook: Playbook, page: str, channel: str) -> Flow | None:
    """The flow that a page of its name runs, a form's too; `None` where it is built in, or there is none."""
    flow = playbook.flow(flow_of_form(page) if page in playbook.forms else page, channel)
    return flow if flow is not None and flow.page else None
