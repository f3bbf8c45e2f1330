"""Resolves a name on the command line to a flow or a broadcast."""

from __future__ import annotations

from collections.abc import Collection

from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.flow import Flow
from bot.engine.compiled.form import flow_of_form, form_of_flow
from bot.engine.compiled.playbook import Playbook
from bot.model.translatable import Quoted, Refusal, Translatable, row, tr
from bot.playbook.similar import hint_for, quoted


class NoSuchFlow(Refusal):
    """The playbook has no such flow; the text says which it has."""


def flow_of(playbook: Playbook, name: str | None) -> Flow:
    """The flow of this name. Raises `NoSuchFlow`, also where none is named."""
    flows = playbook.flows
    if name is None:
        raise NoSuchFlow(tr("no flow is named; {hint}", hint=_known(flows)))
    if name not in flows:
        hint = _titled(name, playbook) or hint_for(name, flows) or _known(flows)
        raise NoSuchFlow(tr("the playbook has no flow {name}; {hint}", name=quoted(name), hint=hint))
    return flows[name]


def paused_name(playbook: Playbook, name: str) -> str:
    """The flow that is paused by this name: that of a form, by the form's own. Raises `NoSuchFlow`."""
    form = form_of_flow(name)
    return flow_of_form(form) if form in playbook.forms else flow_of(playbook, name).name


def _titled(title: str, playbook: Playbook) -> Translatable | None:
    """What the flow is called that has this title, by which answers and pictures show it."""
    named = next((name for name, flow in playbook.flows.items() if flow.title == title), None)
    return None if named is None else tr("here it is called {name}", name=Quoted(named))


def _known(flows: Collection[str]) -> Translatable:
    return tr("its flows are {names}", names=row(flows) if flows else tr("none"))


class NoSuchBroadcast(Refusal):
    """The playbook has no such broadcast; the sentence says which it has."""


def broadcast_of(playbook: Playbook, name: str | None) -> Broadcast:
    """The one that is called so. Raises `NoSuchBroadcast`, also where none is named."""
    if name is None:
        raise NoSuchBroadcast(tr("no broadcast is named; {hint}", hint=_known_broadcasts(playbook)))
    found = playbook.broadcasts.get(name)
    if found is None:
        hint = hint_for(name, playbook.broadcasts) or _known_broadcasts(playbook)
        raise NoSuchBroadcast(
            tr("the playbook has no broadcast {name}; {hint}", name=quoted(name), hint=hint)
        )
    return found


def _known_broadcasts(playbook: Playbook) -> Translatable:
    if not playbook.broadcasts:
        return tr("it has none: write one below  broadcasts:")
    return tr("its broadcasts are {names}", names=row(playbook.broadcasts))
