"""People who get the same rich menu at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

MOST = 500
"""People in one bulk call: https://developers.line.biz/en/reference/messaging-api/#link-rich-menu-to-users"""


@dataclass(frozen=True, slots=True)
class MenuPerson:
    """Somebody on a channel: the contact, LINE's id of the user, and the contact's revision when read."""

    contact: str
    user: str
    revision: int


@dataclass(frozen=True, slots=True)
class MenuBatch:
    """What is done for up to `MOST` people, written down before it begins, so that a crash loses none of it.

    `menu` is the name of what they are to see (`None`: LINE's default). `called` is when LINE has taken the
    call, which it carries out some seconds later; `None`: it is still to be made.
    """

    id: str
    channel: str
    menu: str | None
    people: tuple[MenuPerson, ...]
    called: datetime | None = None
