"""What is known about one person (or one group chat), as plain immutable data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """One LINE account of a contact: how this person stands on one channel.

    `friend` is `None` until LINE has said so (follow, unfollow). The moments are UTC; `None` = never.
    """

    channel: str
    user: str | None = None
    """LINE's id of this person (or group) on this channel: where a push goes."""
    friend: bool | None = None
    since: datetime | None = None
    """When this person became a friend, the last time."""
    seen: datetime | None = None
    """The last thing that this person did here."""
    staff: bool = False
    """Staff have the conversation: the bot is silent."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A mark on a contact; `expires` is `None` for ever."""

    name: str
    at: datetime
    by: str
    """What put it on: the path of the action in the playbook, or a member of staff."""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """A row that wakes this contact at `due` (UTC). With another `visit` than the flow's it does nothing."""

    flow: str
    channel: str
    visit: int
    timer: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """One person, holding an identity per channel; or one group or room (`kind`), which has no rules.

    `id` is `channel:userId` of the first identity. `turned` is the moment of the last turn: `now` never
    lies before it. `seed` in [0, 10007) is drawn once at birth and decides splits.
    """

    id: str
    kind: str = "person"
    name: str | None = None
    language: str | None = None
    picture: str | None = None
    identities: tuple[Identity, ...] = ()
    tags: tuple[Tag, ...] = ()
    timers: tuple[Timer, ...] = ()
    seed: int = 0
    turned: datetime | None = None

    def identity(self, channel: str) -> Identity:
        """How this contact stands on `channel`; an empty identity where it was never seen there."""
        for identity in self.identities:
            if identity.channel == channel:
                return identity
        return Identity(channel)

    def has_tag(self, name: str, now: datetime) -> bool:
        """Whether the tag is on and has not expired at `now`."""
        return any(t.name == name and (t.expires is None or t.expires > now) for t in self.tags)


def contact_id(channel: str, line_id: str) -> str:
    """The id of the contact whose first identity is this LINE user, group or room id on this channel."""
    return f"{channel}:{line_id}"
