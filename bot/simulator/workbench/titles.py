"""What the page is told of the playbook that answers: its folder, its clock, its titles in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.engine.compiled.playbook import TAIPEI
from bot.model.translatable import ENGLISH, Translatable
from bot.scenario.titles import Title, Titles, titles
from bot.simulator.workbench.inside import Inside
from bot.translations.chinese import CHINESE


def playbook_json(inside: Inside) -> Mapping[str, Any]:
    """What the page needs to know of the playbook that answers: its folder, its clock, its titles."""
    playbook = inside.playbook()
    folder = None if inside.folder is None else str(inside.folder.absolute())
    return {
        "folder": folder,
        "zone": (TAIPEI if playbook is None else playbook.zone).key,
        "titles": spoken(titles(playbook)),
    }


def spoken(told: Titles) -> Mapping[str, Any]:
    """`{kind: {name: title}}`, for steps `{"state": {flow: {name: title}}}`."""
    things = {kind: _of_names(named) for kind, named in told.things.items()}
    states = {flow: _of_names(named) for flow, named in told.states.items()}
    return things | ({"state": states} if states else {})


def _of_names(named: Mapping[str, Title]) -> Mapping[str, Any]:
    """A name that no playbook gives is told in each language that the page speaks."""
    return {
        name: _in_both(title) if isinstance(title, Translatable) else title for name, title in named.items()
    }


def _in_both(title: Translatable) -> Mapping[str, str]:
    return {language.name: language.text(title) for language in (CHINESE, ENGLISH)}
