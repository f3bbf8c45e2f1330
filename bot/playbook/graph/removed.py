"""What is gone, or has a new name: whether `moved` and `moved_from` put people somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.graph.moves import cycles
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import shown


def moved_names(survey: Survey) -> Iterator[Problem]:
    """`moved-exists`: a tag or attribute has the name that another one, or this one itself, has still."""
    playbook = survey.playbook
    slots = {info.slot for info in playbook.attributes.values()}
    for name, tag in playbook.tags.items():
        if tag.moved_from is not None and tag.moved_from in playbook.tags:
            yield _still_there(survey, "tags", name, tag.moved_from)
    for name, info in playbook.attributes.items():  # one of another type lies elsewhere
        if info.moved_from and f"{info.slot.partition('.')[0]}.{info.moved_from}" in slots:
            yield _still_there(survey, "attributes", name, info.moved_from)


def _still_there(survey: Survey, section: str, name: str, old: str) -> Problem:
    message = say("{old} is still there: everybody would lose it at the next edit", old=shown(old))
    place = survey.place(section, name, "moved_from")
    return mistake(place, "moved-exists", message, hint=say("leave  moved_from  out"))


def moved_states(survey: Survey) -> Iterator[Problem]:
    """`moved-exists`: the state is still there; `moved-cycle`: its people would be moved for ever."""
    for name, flow in survey.playbook.flows.items():
        for old in flow.moved:
            if old in flow.states:
                message = say("the state {old} is still there, so nobody is moved out of it", old=shown(old))
                place = survey.place("flows", name, "moved", old)
                hint = say("leave it out of  moved,  or take the state away")
                yield mistake(place, "moved-exists", message, hint=hint)
        gone = {old: [new] for old, new in flow.moved.items() if old not in flow.states}
        for found in cycles(gone):
            message = say("{round}: nobody would come to rest", round=" → ".join([*found, found[0]]))
            place = survey.place("flows", name, "moved", found[0])
            hint = say("lead one of them to a state that is there, or to  exit")
            yield mistake(place, "moved-cycle", message, hint=hint)
