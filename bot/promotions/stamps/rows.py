"""How stamp cards look in MongoDB (N2)."""

from __future__ import annotations

from bot.promotions.stamps.model import HELD_CARDS, HeldStampCard, StampEntry
from bot.store.codec.record import RawPart, RecordCodec, records
from bot.store.collection_spec import CollectionSpec, Impersonal, Stays, if_there, index_of
from bot.store.database.collection import Document
from bot.store.promotion_rows import HeldRows, RowsPart

_ENTRY = RecordCodec(StampEntry, "id:i at count:c source:s store:w by order:o undoes:x worth:v")
_CARD = RecordCodec(HeldStampCard, "card:n count:c settled:g full:f closed:end until:u reminded:soon")


def _document(held: HeldStampCard) -> Document:
    entries = [{"c": 0, **_ENTRY.write(one)} for one in held.entries]
    return {"c": 0, **_CARD.write(held), "e": entries}


def _held_from(document: RawPart) -> HeldStampCard | None:
    return _CARD.read(document, entries=records(document.get("e"), _ENTRY.read))


_SCREENS = CollectionSpec(
    name="stamp_screens",
    indexes=(),
    life=Stays("removed"),
    person=Impersonal(),
    sealed=(),
)
PART = RowsPart(
    others=(_SCREENS,),
    indexes=(index_of("with_stamps", "part", "stamps.n", where=if_there("stamps.n")),),
    held={HELD_CARDS: HeldRows("stamps", _document, _held_from)},
)
