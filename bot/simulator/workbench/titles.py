"""What the things of a playbook are called for people: the page shows titles where the trace has names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.engine.compiled.form import TITLES
from bot.engine.compiled.playbook import TAIPEI, Playbook
from bot.model.said import ENGLISH, Said
from bot.scenario.thing import NamedThing
from bot.simulator.workbench.inside import Inside
from bot.translations.chinese import CHINESE


def playbook_shown(inside: Inside) -> Mapping[str, Any]:
    """What the page needs to know of the playbook that answers: its folder, its clock, its titles."""
    playbook = inside.playbook()
    folder = None if inside.folder is None else str(inside.folder.absolute())
    return {
        "folder": folder,
        "zone": (TAIPEI if playbook is None else playbook.zone).key,
        "titles": titles(playbook),
    }


def titles(playbook: Playbook | None) -> Mapping[str, Any]:
    """`{kind: {name: title}}`, for steps `{"state": {flow: {name: title}}}`; no titles that are names."""
    if playbook is None:
        return {}
    found: dict[str, dict[str, Any]] = {}
    for kind, name, title in _titled(playbook):
        if title and title != name:
            found.setdefault(kind, {})[name] = title
    for flow in (*playbook.flows.values(), *playbook.form_flows.values()):
        of_states: dict[str, Any] = {
            state.name: state.title for state in flow.states.values() if state.title != state.name
        }
        if flow.form:
            of_states |= {name: spoken(told) for name, told in TITLES.items()}
        if of_states:
            found.setdefault("state", {})[flow.name] = of_states
    return found


def spoken(told: Said) -> Mapping[str, str]:
    """A name that no playbook gives, in each language that the page speaks."""
    return {language.name: language.text(told) for language in (CHINESE, ENGLISH)}


def title_of(known: Mapping[str, Any], thing: NamedThing) -> str | Said:
    """What a thing is called by these `titles`, else its name.

    A state of which nobody says in which flow it is: where all states of this name have the same title.
    """
    name, of_kind = thing.text, known.get(thing.kind, {})
    if thing.kind == "state" and name in TITLES:
        return TITLES[name]
    if thing.kind != "state":
        return str(of_kind.get(name, name))
    if thing.within is not None:
        return str(of_kind.get(thing.within, {}).get(name, name))
    found = {of_flow[name] for of_flow in of_kind.values() if name in of_flow}
    return str(found.pop()) if len(found) == 1 else name


def _titled(playbook: Playbook) -> Iterator[tuple[str, str, str]]:
    for flow in playbook.flows.values():
        yield "flow", flow.name, flow.title
        if flow.page:
            yield "page", flow.name, flow.page_title or flow.title
    for key, attribute in playbook.attributes.items():
        yield "attribute", key, attribute.title
    for form in playbook.forms.values():
        yield "form", form.name, form.title
        yield "flow", form.flow.name, form.title
        yield "page", form.name, form.title
    for link in playbook.links.values():
        yield "link", link.code, link.title
    for store in playbook.stores.values():
        yield "store", store.name, store.title
    for channel in playbook.channels.values():
        yield "channel", channel.name, channel.title
