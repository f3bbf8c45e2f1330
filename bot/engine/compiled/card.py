"""Cards: messages prepared at load and filled in a turn, and the taps in them (language, section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, TypeAlias
from urllib.parse import quote

from bot.engine.compiled.step import Steps
from bot.engine.texts.template import Placeholder, Template
from bot.engine.texts.text import Unit
from bot.model.place import Place

TAP = "~"
"""The prefix of the data of our own postbacks, before the tap's key."""

ADDRESS_MOST = 1_000
"""UTF-16 code units in an address: https://developers.line.biz/en/reference/messaging-api/#uri-action"""

IN_ADDRESS = ":/?#[]@!$&'()*+,;=%-._~"
"""Signs of an address that mean something, or are encoded already: RFC 3986, section 2."""

TEXT_MOST = 5_000
"""UTF-16 code units in a text message: https://developers.line.biz/en/reference/messaging-api/#text-message"""


THE_ALT = "the alt"
"""`Bounded.what` of the text that chat lists and old devices show: it is cut without a note in the trace."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """A text that LINE takes only up to a length, and never empty."""

    text: Template
    most: int
    """The greatest length, counted in `unit`."""
    unit: Unit
    what: str
    """What it is called in the trace."""
    whole: bool = False
    """It is never shortened: a program reads it, or people copy it."""


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An address with placeholders. What they stand for is percent-encoded, unless it begins the address."""

    text: Template


@dataclass(frozen=True, slots=True)
class PageAddress:
    """The address of a LIFF page, known when it is known on which channel the message is sent."""

    page: str


@dataclass(frozen=True, slots=True)
class FileAddress:
    """The address of a file of the playbook; `sha256` (hexadecimal) is of what is in it.

    `sized`: LINE puts the width that it wants behind the address, and wants no file's ending in it:
    https://developers.line.biz/en/reference/messaging-api/#base-url
    """

    file: str
    sha256: str
    sized: bool = False

    @property
    def path(self) -> str:
        """Where it is served, below our own address: another content, another path, so caches never lie."""
        name = PurePosixPath(self.file)
        return f"media/{self.sha256[:16]}/{quote(name.stem if self.sized else name.name, '')}"


@dataclass(frozen=True, slots=True)
class CountedAddress:
    """Our own address in front of another: who opens it is counted, and the actions of tap `key` are done."""

    key: str
    to: LineObject


@dataclass(frozen=True, slots=True)
class IfKnown:
    """A part of a message that is left out where the placeholder has no value for the person."""

    placeholder: Placeholder
    form: LineObject
    packed: LineObject = field(init=False, compare=False, repr=False)
    """The form with all that never changes in `Fixed`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "packed", packed(self.form))


@dataclass(frozen=True, slots=True)
class Tap:
    """What a button does."""

    place: Place
    key: str
    """`card/label`: by this it is recognised when it comes back as a postback."""
    label: str
    action: LineObject
    """LINE's action object, with templates and addresses to be filled in."""
    page: str | None = None
    """The page flow or form that it opens: where that is closed or paused, the tap is left out."""
    do: Steps = ()
    """The playbook's actions, carried out when it is tapped."""
    packed: LineObject = field(init=False, compare=False, repr=False)
    """The action with all that never changes in `Fixed`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "packed", packed(self.action))

    @property
    def opens_page(self) -> bool:
        """Whether it opens one of our pages, and nothing before it."""
        return isinstance(self.action, dict) and isinstance(self.action.get("uri"), PageAddress)

    @property
    def comes_back(self) -> bool:
        """Whether the person of a tap becomes known here; for an address of another site it does not."""
        return bool(self.do) or self.page is not None or self.action.get("type") in COMES_BACK


COMES_BACK = frozenset({"postback", "datetimepicker"})
"""Actions that LINE reports to us: https://developers.line.biz/en/reference/messaging-api/#action-objects"""

LineObject: TypeAlias = Any
"""A message as LINE's JSON, in which `Template`, `Bounded`, addresses and `Tap` stand for what is filled in.

Plain JSON (dict, list, str, int, float, bool, None) is already LINE's.
"""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of a card. `ready` is LINE's JSON of it where nothing has to be filled in."""

    form: LineObject
    ready: dict[str, Any] | None = None
    needs_tap: bool = False
    """A kind that is not sent without any tap."""
    packed: LineObject = field(init=False, compare=False, repr=False)
    """The form with all that never changes in `Fixed`: filling does not look into it again."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "packed", packed(self.form))


@dataclass(frozen=True, slots=True)
class Fixed:
    """JSON in which nothing is filled in. It is shared by all messages, so nobody changes it."""

    json: Any


def packed(form: LineObject) -> LineObject:
    """A form with its constant parts in `Fixed`."""
    if isinstance(form, Tap) and form.page is None and not any(leaves(form.action)):
        return Fixed(form.action)
    if not isinstance(form, dict | list):
        return form
    if isinstance(form, dict):
        parts = {key: packed(value) for key, value in form.items()}
        if all(_is_constant(part) for part in parts.values()):
            return Fixed({key: _unpacked(part) for key, part in parts.items()})
        return parts
    items = [packed(value) for value in form]
    return Fixed([_unpacked(item) for item in items]) if all(map(_is_constant, items)) else items


def _is_constant(part: LineObject) -> bool:
    return isinstance(part, Fixed | str | int | float | None)


def _unpacked(part: LineObject) -> Any:
    return part.json if isinstance(part, Fixed) else part


@dataclass(frozen=True, slots=True)
class Card:
    """A card, with a name or written where it is sent."""

    place: Place
    key: str
    """Its name, else a hash of its content."""
    bubbles: tuple[Bubble, ...]
    quick_replies: tuple[Tap, ...] = ()
    taps: tuple[Tap, ...] = field(default=())
    """All taps in it, quick replies included."""
    ready: bool = False
    """Whether it is among the ready answers of staff."""
    for_staff: bool = True
    """The same where no card of the playbook says `ready`: off for `staff: false`."""


CardLeaf: TypeAlias = (
    Template | Bounded | WebAddress | PageAddress | FileAddress | CountedAddress | IfKnown | Tap
)
"""What is filled in: all that is no JSON."""


def leaves(form: LineObject) -> Iterator[CardLeaf]:
    """All that is filled in, in a form, in its order. Taps and `IfKnown` are not looked into."""
    if isinstance(form, dict):
        for value in form.values():
            yield from leaves(value)
    elif isinstance(form, list):
        for value in form:
            yield from leaves(value)
    elif isinstance(form, CardLeaf):
        yield form


def files(card: Card) -> Iterator[FileAddress]:
    """The files of the playbook that a card shows: what has to be served."""
    for bubble in card.bubbles:
        yield from (leaf for leaf in leaves(bubble.form) if isinstance(leaf, FileAddress))
