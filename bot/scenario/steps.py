"""The steps of a scenario: what happens in it, and the scenario as a whole (language, section 14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import Wait
from bot.model.place import Place
from bot.model.value import Value
from bot.scenario.checks import Check
from bot.scenario.given import Given

CODE_FROM_SMS = "code_from_sms"
"""In the place of a text: the code of the last SMS that this person got."""

PHOTOS, PHOTOS_MOST = "images", 50
"""The word for several photos sent at once, and how many there may be."""

FriendshipAct: TypeAlias = Literal["follows", "blocks", "unblocks"]
FRIENDSHIP: tuple[FriendshipAct, ...] = get_args(FriendshipAct)
UndoneBinding: TypeAlias = Literal["phone", "clerk"]
AnswerNotSent: TypeAlias = Literal[
    "blocked",  # the person has blocked the account
    "no_messages",  # no message is left this month
]
"""Why an answer of staff is not sent."""
PartOfWorld: TypeAlias = Literal[
    "sms",  # the SMS provider
    "shop",  # the shop platform
    "registration",  # the shop's API registers nobody, only its own page does
]
PARTS: tuple[PartOfWorld, ...] = get_args(PartOfWorld)
"""All parts of the world that a step can have fail."""


@dataclass(frozen=True, slots=True)
class As:
    """From here on it is this person's phone."""

    place: Place
    person: str


@dataclass(frozen=True, slots=True)
class Says:
    """A text sent in the chat; `by_page`: by a page, in the person's name."""

    place: Place
    text: str
    by_page: bool = False


@dataclass(frozen=True, slots=True)
class Friendship:
    """The person adds the account, blocks it, or unblocks it."""

    place: Place
    how: FriendshipAct


@dataclass(frozen=True, slots=True)
class Sends:
    """A message that is no text."""

    place: Place
    kind: str
    """LINE's message type."""
    content: Mapping[str, Value] = field(default_factory=dict)
    """What LINE's webhook has of it."""
    photos: int = 1
    """So many photos at once."""


@dataclass(frozen=True, slots=True)
class Opens:
    """A page is opened, with the inputs of its link."""

    place: Place
    page: str
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpensLink:
    """A link of `links` is opened (its QR code scanned)."""

    place: Place
    link: str


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """The question that the page shows is answered, or a link below its field is tapped."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class FillsForm:
    """The form that the page shows is filled in and sent."""

    place: Place
    answers: Mapping[str, str]
    """By field (its text, or its `save`): the answer."""


@dataclass(frozen=True, slots=True)
class TapsButton:
    """A button is tapped."""

    place: Place
    what: str
    """Its label, data, text or area."""
    picks: str | None = None
    """What a date picker gives."""


@dataclass(frozen=True, slots=True)
class ShopTells:
    """News from the shop platform about the person."""

    place: Place
    subject: str
    """The word of the `shop` trigger, such as `order_paid`."""
    fields: Mapping[str, Value] = field(default_factory=dict)
    """The fields of the event, such as `amount`."""
    values: Mapping[str, Value] = field(default_factory=dict)
    """The mapped attributes by slot."""
    tags: Mapping[str, bool] = field(default_factory=dict)
    """The mapped yes/no fields."""
    consent: bool | None = None
    """To marketing; `None`: not said."""
    phone: str | None = field(default=None, repr=False)
    """E.164, in the member's record from now on."""
    promotions: Mapping[str, Any] = field(default_factory=dict)
    """By words of promotions, such as the coupons with whose codes the order came."""


@dataclass(frozen=True, slots=True)
class StaffTakes:
    """Staff take the conversation, or hand it back."""

    place: Place
    takes_over: bool


@dataclass(frozen=True, slots=True)
class StaffSays:
    """Staff answer the person, who sees it; `not_sent`: they do not, and why."""

    place: Place
    text: str
    not_sent: AnswerNotSent | None = None


@dataclass(frozen=True, slots=True)
class StaffLeavesNote:
    """Staff leave a note to colleagues, which the person never sees."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class StaffUndo:
    """Staff undo a binding."""

    place: Place
    kind: UndoneBinding


@dataclass(frozen=True, slots=True)
class StaffTagsPerson:
    """Staff put tags on, or take them off, by hand."""

    place: Place
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffSetsValues:
    """Staff set attributes by hand, by key; `None` clears one."""

    place: Place
    values: Mapping[str, Value | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StaffBindsPhone:
    """Staff bind a phone (E.164) that they vouch for, with the shop's member who has it."""

    place: Place
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffDrawsGroup:
    """Staff put a person into other groups of splits, by the names of these."""

    place: Place
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PromotionStep:
    """A step of a kind of promotions, which `ScenarioPart.plays` does."""

    place: Place


@dataclass(frozen=True, slots=True)
class PutsInto:
    """A person is put into a state, without its entry actions and without being held before it: in scenarios
    only."""

    place: Place
    flow: str
    state: str


@dataclass(frozen=True, slots=True)
class HookAnswers:
    """The pending call of a hook comes back: with this JSON, or (`None`) failed."""

    place: Place
    hook: str
    answer: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Signals:
    """A signal from the shop's own systems."""

    place: Place
    signal: str
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Breaks:
    """A part of the world fails from here on, or (`works`) does not any more."""

    place: Place
    what: PartOfWorld
    works: bool


@dataclass(frozen=True, slots=True)
class StopsPushes:
    """Staff stop all pushes from here on, or those of a channel, of a flow; or (`resumes`) they go on."""

    place: Place
    channel: str | None
    flow: str | None
    resumes: bool


@dataclass(frozen=True, slots=True)
class SendsBroadcast:
    """Staff send a broadcast, now."""

    place: Place
    broadcast: str


@dataclass(frozen=True, slots=True)
class Waits:
    """Time passes; `down`: with the server off, so that what came due is decided late."""

    place: Place
    wait: Wait
    down: bool = False


@dataclass(frozen=True, slots=True)
class Sets:
    """Data of the person are other ones from here on."""

    place: Place
    values: Mapping[str, Value] = field(default_factory=dict)
    """By slot."""
    tags: Mapping[str, bool] = field(default_factory=dict)
    """By name: on or off."""


@dataclass(frozen=True, slots=True)
class Edits:
    """A live edit: from here on the bot goes by the changed playbook."""

    place: Place
    file: str
    """The paths of the changed files, between commas."""
    playbook: Playbook
    """With all edits so far."""


Act: TypeAlias = (
    Says
    | Friendship
    | Sends
    | Opens
    | OpensLink
    | AnswersPage
    | FillsForm
    | TapsButton
    | ShopTells
    | StaffTakes
    | StaffSays
    | StaffLeavesNote
    | StaffUndo
    | StaffTagsPerson
    | StaffSetsValues
    | StaffBindsPhone
    | StaffDrawsGroup
    | PromotionStep
    | PutsInto
    | HookAnswers
    | Signals
    | Breaks
    | StopsPushes
    | SendsBroadcast
    | Waits
    | Sets
    | Edits
)
"""A step in which something happens."""
ScenarioStep: TypeAlias = As | Act | Check


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario as it was read: every name in it is one of the playbook."""

    title: str
    place: Place
    given: Given
    steps: tuple[ScenarioStep, ...]
