"""What the things of a playbook are called for people: titles where the engine has names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from bot.engine.compiled.form import TITLES, Form, form_of_flow
from bot.engine.compiled.playbook import Playbook
from bot.model.translatable import Language, Listing, Quoted, Translatable, TranslatableValue, tr


@dataclass(frozen=True, slots=True)
class NamedThing(Quoted):
    """A name within a sentence, and its kind (`flow`, `state`); `within`: a state's flow, where known."""

    text: str
    kind: str
    within: str | None = None


def things(value: TranslatableValue) -> Iterator[NamedThing]:
    """The things that a sentence names, in the order of its values."""
    match value:
        case NamedThing():
            yield value
        case Translatable(values=values):
            for _, one in values:
                yield from things(one)
        case Listing(items=items):
            for item in items:
                yield from things(item)
        case _:
            pass


Title: TypeAlias = str | Translatable


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles that differ from names: of `things` by kind and name, of `states` by flow and name."""

    things: Mapping[str, Mapping[str, Title]] = field(default_factory=dict)
    states: Mapping[str, Mapping[str, Title]] = field(default_factory=dict)

    def of(self, thing: NamedThing) -> Title:
        """What a thing is called, else its name.

        A state without its flow has a title only where all states of this name have the same one.
        """
        name = thing.text
        if thing.kind != "state":
            return self.things.get(thing.kind, {}).get(name, name)
        if name in TITLES:
            return TITLES[name]
        if thing.within is not None:
            return self.states.get(thing.within, {}).get(name, name)
        found = {of_flow[name] for of_flow in self.states.values() if name in of_flow}
        return found.pop() if len(found) == 1 else name


def titles(playbook: Playbook | None) -> Titles:
    """All titles of a playbook, and of what no playbook names."""
    if playbook is None:
        return Titles()
    things: dict[str, dict[str, Title]] = {}
    for kind, name, title in _titled(playbook):
        if title and title != name:
            things.setdefault(kind, {})[name] = title
    states = {}
    for flow in (*playbook.flows.values(), *playbook.form_flows.values()):
        of_states: dict[str, Title] = {
            state.name: state.title for state in flow.states.values() if state.title != state.name
        }
        if flow.form:
            of_states |= dict(_questions(playbook.forms[flow.form]))
            of_states |= TITLES
        if of_states:
            states[flow.name] = of_states
    return Titles(things, states)


def speaking_titles(language: Language, playbook: Playbook | None) -> Language:
    """The language with this playbook's titles in place of names."""
    known = titles(playbook)

    def called(quoted: Quoted) -> TranslatableValue:
        if not isinstance(quoted, NamedThing):
            return quoted.text
        title = known.of(quoted)
        return language.text(title) if isinstance(title, Translatable) else title  # whatever the context is

    return replace(language, called=called)


def name_in_files(name: str) -> str | None:
    """How a playbook's files name what the engine calls so; `None`: they do not."""
    return None if name in TITLES else form_of_flow(name)


def _questions(form: Form) -> Iterator[tuple[str, Title]]:
    """The steps of a form that ask something, as people count them."""
    for number, one in enumerate(form.fields, 1):
        if one.title and one.title != one.key:
            yield one.key, tr("question {number} ({title})", number=number, title=one.title)
        else:
            yield one.key, tr("question {number}", number=number)


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
