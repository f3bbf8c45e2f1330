"""The present content of a page: computed from contact and playbook, drawn by the browser or a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from bot.model.promotions import kinds
from bot.model.translatable import Translatable, tr

MEMBER_CARD = "member_card"
UNBIND = "unbind"
BUILT_IN: Mapping[str, str] = {
    MEMBER_CARD: "Member card",
    UNBIND: "Unlink my account",
    **{kind.page: kind.page_title for kind in kinds()},
}
"""Pages that are no flow and no form of a playbook, with what each is called, as pages say it; of all but
`unbind` it gives the content."""

ScreenKind: TypeAlias = Literal[
    "question",
    "busy",
    "done",
    "problem",
    "card",
    "unbind",
    "closed",
    "in_chat",
    "incomplete",
    "review",
    "sent",
]
"""`busy`: something is asked of the world, the next screen comes by itself; `closed`: the page is paused;
`in_chat`: the flow has been taken into the chat, and can be taken back; `incomplete`: the page was opened
without what its address has to bring; `review`: all answers of a form, before they are sent; `sent`: the form
was sent before, and is sent once."""
SCREENS: Mapping[str, Translatable] = {
    "question": tr("The page waits for an answer"),
    "busy": tr("The page asks to wait, and goes on once the result is there"),
    "done": tr("The page says that it is done"),
    "problem": tr("The page says that there is nothing to do"),
    "card": tr("The page shows the member card"),
    **{kind.screen: kind.says for kind in kinds()},
    "unbind": tr("The page asks whether to undo the binding"),
    "closed": tr("The page says that it is closed"),
    "in_chat": tr("The page says that it goes on in the chat"),
    "incomplete": tr("The page says that its link is incomplete"),
    "review": tr("The page asks to check the answers"),
    "sent": tr("The page says that it was sent before"),
}
"""What each kind shows, in words for who looks on."""
STATELESS: tuple[ScreenKind, ...] = ("closed", "problem", "in_chat", "incomplete", "review", "sent")
"""What a page shows that stands for no state of its flow."""


@dataclass(frozen=True, slots=True)
class CardField:
    """A line of the member card."""

    title: str
    text: str = field(repr=False)
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class MemberCard:
    """The member card of one person. `barcode` is `code128`, `code39`, `ean13` or `qr`, `None`: no code."""

    name: str | None = field(repr=False)
    number: str | None = field(repr=False)
    barcode: str | None = None
    fields: tuple[CardField, ...] = ()
    picture: str | None = None
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """An answer before it is sent. `answer` is its type; `text` as its field takes it, `None`: left out."""

    key: str
    question: str
    answer: str
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FormScreen:
    """What the page of a form shows beside its question: where in it one is, what was answered there before.

    `number` is that of the field, from 1, of `of`. `optional`: it may be left out. `button` sends all.
    `resumed`: this is where it had been left when the page was opened.
    """

    button: str
    of: int
    number: int = 0
    optional: bool = False
    given: str | None = field(default=None, repr=False)
    rows: tuple[AnswerDraft, ...] = ()
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of a page.

    `step` grows with everything that happens on the page, `visit` is that of the state that asks: an answer
    names the visit that it answers, so one to an older screen answers nothing. `texts` were shown since the
    last answer. `say` is the trigger that the page says now in the person's name. `code_sent` is when the
    last one-time code was sent.
    """

    kind: str
    """A `ScreenKind`, or that of a promotion."""
    step: int
    flow: str | None = None
    state: str | None = None
    visit: int = 0
    texts: tuple[str, ...] = ()
    question: str | None = None
    answer: str | None = None
    """The type of answer: `phone`, `code`, `text`, `number`, `date`, `email` …, or `choice`."""
    at_least: str | None = None
    """The first date, time or both that answers today, as a field takes it: `2026-12-01T09:30`."""
    at_most: str | None = None
    choices: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    """Texts that the state's rules match, drawn as links below the field."""
    again: str | None = None
    """The one of `links` that sends a code again: it waits until another may be sent."""
    notice: bool = False
    """The privacy notice is shown under the field, and the button agrees to it."""
    sends_code: bool = False
    """A valid answer leads to the sending of a code."""
    say: str | None = None
    code_sent: datetime | None = None
    picture: str | None = None
    """The path of the flow's picture below our own address."""
    card: MemberCard | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    """On the page of a promotion what it shows, by the names of the parts that its kind draws."""
    form: FormScreen | None = None
    """On the page of a form."""
    max_length: int | None = None
    """How many characters an answer in words may have."""
    binds: bool = False
    """On `closed`: it is about binding, and says so."""
    tags_gone: tuple[str, ...] = ()
    """On `unbind`: the tags that go with the binding."""
