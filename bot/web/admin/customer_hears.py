"""The page that asks before a change that sends messages to a customer: it shows the messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.plain_text import visible
from bot.model.translatable import Language, Translatable, TranslatableValue
from bot.operations.contact_view import PrivateWords
from bot.operations.heard_at_once import HeardAtOnce
from bot.web.admin.visit import RenderedPage, Visit
from bot.wording.conversation import message_text


@dataclass(frozen=True, slots=True)
class ActionQuestion:
    """What the page asks."""

    title: Translatable
    about: tuple[TranslatableValue, ...]
    """The customer, and what it is about."""
    go: Translatable
    """The label of the button that does it."""
    back: str
    """The address to which leaving it leads."""


def is_sure(visit: Visit) -> bool:
    """Whether the form was confirmed on that page."""
    return visit.form.get("sure") == "yes"


def shown_texts(
    words: Language, playbook: Playbook, contact: Contact, heard: HeardAtOnce, *, is_masked: bool = True
) -> Mapping[str, object]:
    """The values of `customer_hears.html`: the texts of the messages, and how many are pushes. `is_masked`:
    nothing private of the customer is shown."""
    private = PrivateWords(contact, playbook.zone)
    texts = [words.words(message_text(one)) for one in heard.messages]
    return {
        "texts": [private.masked(text) if is_masked else visible(text) for text in texts],
        "pushes": heard.pushes,
    }


def asked_before(visit: Visit, question: ActionQuestion, texts: Mapping[str, object]) -> RenderedPage:
    """The page that asks, and sends the same form again."""
    fields = {name: text for name, text in visit.form.items() if name != "proof"}
    data = {"fields": fields, "question": question, **texts}
    return RenderedPage("press_question.html", question.title, data)
