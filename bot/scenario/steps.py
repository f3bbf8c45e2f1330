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
"""What several photos that are sent at once are called; so many at most."""

FriendshipAct: TypeAlias = Literal["follows", "blocks", "unblocks"]
FRIENDSHIP: tuple[FriendshipAct, ...] = get_args(FriendshipAct)
UndoneBinding: TypeAlias = Literal["phone", "clerk"]
AnswerNotSent: TypeAlias = Literal["blocked", "no_messages"]
"""Why an answer of staff's is not sent: the person has blocked the account; no message is left this month."""
PartOfWorld: TypeAlias = Literal["sms", "shop", "registration"]
PARTS: tuple[PartOfWorld, ...] = get_args(PartOfWorld)


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
    """A message that is no text; `content` is what LINE's webhook has of it. So many photos at once."""

    place: Place
    kind: str
    content: Mapping[str, Value] = field(default_factory=dict)
    photos: int = 1


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
    """The form that the page shows is filled in and sent: an answer by field (its text, or `save`)."""

    place: Place
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TapsButton:
    """A button is tapped, known by its label or its data; `picks` is what a date picker gives."""

    place: Place
    what: str
    picks: str | None = None


@dataclass(frozen=True, slots=True)
class ShopTells:
    """News from the shop platform: `subject` is the trigger's, `values` mapped attributes by slot.

    `phone` (E.164) is that of the member's record from now on. `promotions` are by words of these, such as
    the coupons with whose codes the order came.
    """

    place: Place
    subject: str
    fields: Mapping[str, Value] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    tags: Mapping[str, bool] = field(default_factory=dict)
    consent: bool | None = None
    phone: str | None = field(default=None, repr=False)
    promotions: Mapping[str, Any] = field(default_factory=dict)


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
    """Something is done of a kind of promotions: its part does it."""

    place: Place


@dataclass(frozen=True, slots=True)
class PutsInto:
    """A person is put into a state without its entry actions and its door: in scenarios only."""

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
    """The SMS provider or the shop fails from here on, or (`works`) does no longer.

    `registration`: the shop registers nobody by a call, only its own page does.
    """

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
    """What is known of the person is another thing from here on; values by slot."""

    place: Place
    values: Mapping[str, Value] = field(default_factory=dict)
    tags: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edits:
    """A live edit: from here on it is this playbook."""

    place: Place
    file: str
    playbook: Playbook


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
ScenarioStep: TypeAlias = As | Act | Check


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario as it was read: every name in it is one of the playbook."""

    title: str
    place: Place
    given: Given
    steps: tuple[ScenarioStep, ...]
