"""The pages that a person has opened, in a contact's document; what they showed is sealed."""

from __future__ import annotations

from bot.model.page_state import PageState
from bot.store.codec.record import RawPart, RecordCodec, flag, moment, number, text, texts
from bot.store.database.mongo import Document
from bot.store.sealing.private import PrivateFields

_PAGE = RecordCodec(
    PageState,
    {
        "page": ("p", text),
        "channel": ("ch", text),
        "step": ("step", number),
        "at": ("at", moment),
        "flow": ("f", text),
        "ended": ("end", text),
        "incomplete": ("inc", flag),
        "resumed": ("res", number),
    },
)


def page_document(page: PageState, privacy: PrivateFields) -> Document:
    """One page, for `pages`."""
    document = _PAGE.write(page)
    if page.texts:
        document["x"] = privacy.seal({"texts": page.texts}, page_place(document))
    return document


def page_from(document: RawPart, privacy: PrivateFields) -> PageState | None:
    """The page in an item of `pages`; `None` where there is none."""
    if "x" not in document:
        return _PAGE.read(document)
    return _PAGE.read(document, texts=texts(privacy.open(document["x"], page_place(document)).get("texts")))


def page_place(document: RawPart) -> str:
    """What the sealed part of a page is bound to, beside the contact."""
    return f"pages.{document.get('ch')}.{document.get('p')}"
