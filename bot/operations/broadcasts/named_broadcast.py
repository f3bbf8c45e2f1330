"""The broadcast that is meant by a name."""

from __future__ import annotations

from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.said import Refusal, Said, row, say
from bot.playbook.similar import hint_for, shown


class NoSuchBroadcast(Refusal):
    """The playbook has no such broadcast; the sentence says which it has."""


def broadcast_of(playbook: Playbook, name: str | None) -> Broadcast:
    """The one that is called so. Raises `NoSuchBroadcast`, also where none is named."""
    if name is None:
        raise NoSuchBroadcast(say("no broadcast is named; {hint}", hint=_known(playbook)))
    found = playbook.broadcasts.get(name)
    if found is None:
        hint = hint_for(name, playbook.broadcasts) or _known(playbook)
        raise NoSuchBroadcast(
            say("the playbook has no broadcast {name}; {hint}", name=shown(name), hint=hint)
        )
    return found


def _known(playbook: Playbook) -> Said:
    if not playbook.broadcasts:
        return say("it has none: write one below  broadcasts:")
    return say("its broadcasts are {names}", names=row(playbook.broadcasts))
