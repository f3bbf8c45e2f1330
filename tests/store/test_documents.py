"""A contact is read back as it was written, whatever it holds; what changes is written, and nothing else."""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import fields, replace
from datetime import UTC, timedelta
from typing import Any

import bson
import pytest
from bson.codec_options import CodecOptions
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.contact import AttributeValue, Binding, Clerk, Contact, Identity, Tag
from bot.model.instance import Answer, Instance, Notice, PendingResult, ReservedMember, Timer
from bot.model.message import Pushed
from bot.model.page_state import PageState
from bot.model.processes import part_of
from bot.model.staff_chat import StaffChat
from bot.model.stored import TurnWrite
from bot.model.value import Value
from bot.promotions.coupons.model import Grant, HeldCoupon
from bot.store.codec.contact_changes import changes
from bot.store.codec.documents import NEVER, contact_from
from bot.store.contacts.contacts import Contacts
from bot.store.database.mongo import Database, Document
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from tests.conftest import NOW
from tests.depth import examples
from tests.store.any_contact import CONTACT, RECORDS, contacts

SEAL = Seal(parse(generate()))
READING: CodecOptions[Document] = CodecOptions(tz_aware=True, tzinfo=UTC)
NOBODY = Contact("main:U1")


def updated(document: Document, before: Contact, after: Contact, *, born: bool = False) -> Document:
    """The document after an update, by way of the bytes that the database keeps."""
    fields, gone = changes(before, after, SEAL, born=born)
    assert not fields.keys() & gone.keys()
    document = bson.decode(bson.encode(document), READING)
    for path, value in fields.items():
        part, name = _inner(document, path)
        part[name] = value
    for path in gone:
        part, name = _inner(document, path)
        part.pop(name, None)
    return bson.decode(bson.encode(document), READING)


def _inner(document: Document, path: str) -> tuple[Document, str]:
    *above, name = path.split(".")
    for step in above:
        document = document.setdefault(step, {})
    return document, name


def born(contact: Contact) -> Document:
    return updated({"_id": contact.id}, contact, contact, born=True)


def read(document: Document) -> Contact:
    return contact_from(document, SEAL)


@pytest.mark.ring("test", "a law")
@settings(max_examples=examples(200))
@given(contacts())
def test_what_is_born_is_read_back(contact: Contact) -> None:
    assert read(born(contact)) == contact


@pytest.mark.ring("test", "a law")
@settings(max_examples=examples(100))
@given(contacts(), contacts(), st.sets(st.sampled_from(sorted(CONTACT)), max_size=4))
def test_what_changes_is_read_back(before: Contact, other: Contact, changed: set[str]) -> None:
    """Whole other states come seldom: most turns change a few fields."""
    after = replace(before, **{name: getattr(other, name) for name in changed})
    document = updated(born(before), before, after)
    assert read(document) == after
    assert read(updated(document, after, other)) == other


@pytest.mark.ring("test", "a law")
@settings(max_examples=examples(100))
@given(contacts())
def test_what_is_equal_is_not_written(contact: Contact) -> None:
    copied = replace(contact, attributes=dict(contact.attributes), bindings=dict(contact.bindings))
    assert changes(contact, copied, SEAL, born=False) == ({}, {})


async def test_the_database_keeps_it(database: Database, seal: Seal) -> None:
    """The same by way of a real update: dots, dollars, paths that are not there yet."""
    store = Contacts(database, seal)
    states = [NOBODY, _full(), replace(_full(), name=None, attributes={}), NOBODY, _full()]
    for number, (before, after) in enumerate(zip([NOBODY, *states], states, strict=False)):
        write = TurnWrite(before, after, part_of(after.id), number, 1, (f"e{number}",), (), born=not number)
        assert await store.save([write]) == set()
        assert (await store.load([after.id]))[after.id].contact == after


def _full() -> Contact:
    values: dict[str, Value] = {"n.points": 3, "x.a": "b"}
    found = ReservedMember("+886912345678", "M7700123", values, {"VIP.$": True}, True, "main:U9", NOW)
    said = {"type": "text", "text": "安娜好"}
    answers = {"問.$膚質": Answer("choice", "油性"), "phone": Answer("phone", "+886912345678")}
    answers["allergy"] = Answer("text", "花生過敏")
    return Contact(
        "main:U1",
        name="安娜",
        identities=(Identity("main", "U1", friend=True, pinned="VIP", pinned_until=NOW),),
        tags=(Tag("VIP", NOW, "rules[0]"), Tag("$x.y", NOW, "rules[1]", NOW + timedelta(days=1))),
        attributes={
            "n.points": AttributeValue(2**62, NOW),
            "n.rate": AttributeValue(1.5, NOW),
            "d.birthday": AttributeValue("1992-02-29", NOW),
            "m.visit": AttributeValue(NOW, NOW),
            "x.carrier": AttributeValue("/ABC1234", NOW),
            "x.limit": AttributeValue(2**53, NOW),
        },
        timers=(Timer("quiz", "main", 3, "after 10m", NOW),),
        seed=77,
        turned=NOW,
        phone="+886912345678",
        email="anna@example.com",
        member_no="M7700123",
        bindings={"phone": Binding(NOW, ("已綁定",), flow="phone_binding")},
        bound_before=NOW,
        signed_out=NOW,
        clerk=Clerk("ABCDE12345", "小美", "信義", NOW),
        flows=(
            Instance("quiz", "main", "問膚質", 3, NOW, NOW, answers, proven="+886912345678", found=found),
        ),
        results=(PendingResult("main", "quiz", "bound#1", NOW, answers, (Pushed(said),)),),
        pages=(PageState("phone_binding", "main", 7, NOW, "phone_binding", ("您的手機是另一支",)),),
        notices=(Notice("main", "phone_moved", NOW),),
        chats=(StaffChat("main", "has", NOW, NOW, "console:amy", NOW, "請看訂單", "t" * 32, NOW),),
        used={"rules.$a": NOW},
    )


def test_nothing_private_lies_open() -> None:
    """Phones, mail, member numbers, private attributes and answers, what will be said and pages show."""
    stored = repr(born(_full()))
    for secret in (
        "912345678",
        "anna@",
        "M7700123",
        "/ABC1234",
        str(2**53),
        "安娜好",
        "您的手機",
        "花生過敏",
    ):
        assert secret not in stored.replace("main:U1", ""), secret


def test_a_sealed_value_opens_only_where_it_was_put() -> None:
    document = born(_full())
    document["s"]["p"]["email"] = document["s"]["p"]["phone"]
    assert read(document).email is None
    assert read({**document, "_id": "main:U2"}).phone is None


def test_equal_private_values_have_equal_hashes() -> None:
    one, other = (
        born(_full()),
        born(replace(_full(), attributes={"x.limit": AttributeValue(float(2**53), NOW)})),
    )
    assert one["p"] == other["p"]
    assert one["x"]["limit"] == other["x"]["limit"]
    assert one["s"]["p"] != other["s"]["p"]


def test_a_tag_for_ever_expires_in_the_year_9999() -> None:
    assert born(_full())["tags"][0]["exp"] == NEVER


def test_one_attribute_is_one_field() -> None:
    before = _full()
    points = AttributeValue(3, NOW)
    after = replace(before, attributes={**before.attributes, "n.points": points})
    assert changes(before, after, SEAL, born=False) == ({"n.points": 3, "at.n.points": NOW}, {})


def test_a_date_has_a_shadow_that_goes_with_it() -> None:
    before = _full()
    assert born(before)["md"] == {"birthday": "02-29"}
    gone = {slot: known for slot, known in before.attributes.items() if slot != "d.birthday"}
    _, away = changes(before, replace(before, attributes=gone), SEAL, born=False)
    assert set(away) == {"d.birthday", "at.d.birthday", "md.birthday"}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**63, "many", True, None, ["a"], NOW])
def test_a_value_that_does_not_fit_its_slot_is_not_stored(value: Any) -> None:
    before = _full()
    after = replace(before, attributes={**before.attributes, "n.points": AttributeValue(value, NOW)})
    document = updated(born(before), before, after)
    assert "points" not in document["n"]
    assert "n.points" not in read(document).attributes


@pytest.mark.parametrize("value", [float("nan"), 2**63, None])
def test_an_answer_that_cannot_be_stored_is_left_out(value: Any) -> None:
    """Not one person's turns may fail for ever because of a number."""
    answers = {"size": Answer("number", value), "skin": Answer("text", "油性")}
    found = ReservedMember(None, values={"n.points": value})
    flows = (Instance("quiz", "main", "q", 1, NOW, NOW, answers, found=found),)
    results = (PendingResult("main", "quiz", "x", NOW, answers),)
    contact = read(born(replace(NOBODY, flows=flows, results=results)))
    kept = {"skin": Answer("text", "油性")}
    assert (contact.flows[0].answers, contact.results[0].answers) == (kept, kept)
    assert contact.flows[0].found == ReservedMember(None)


DAMAGED: Document = {
    "name": 7,
    "lang": ["zh-TW"],
    "seed": "one",
    "turned": "today",
    "marketing": 1,
    "ids": [{"ch": "main", "friend": "yes", "seen": 5}, {"uid": "U1"}, "U2", None],
    "tags": [{"n": "VIP", "at": NOW, "by": "x", "exp": "never"}, {"n": "x"}, 3],
    "timers": {"f": "quiz"},
    "t": {"name": 5, "tier": "gold"},
    "n": {"points": "5", "size": True},
    "d": 5,
    "at": {"t": "x"},
    "x": {"carrier": "hash"},
    "s": {"x": {"carrier": b"broken", "other": 5}, "p": {"phone": "plain", "shoe": b"x"}},
    "b": {"phone": {"at": "then"}, "clerk": {"code": "K"}, "before": 1},
    "consents": [{"v": 1}],
    "flows": [
        {"f": "quiz", "ch": "main", "s": "q", "visit": 1, "began": NOW, "entered": NOW, "held": {"by": "me"}},
        {"f": "quiz"},
    ],
    "results": [{"ch": "main", "f": "quiz", "r": "x", "until": "soon"}],
    "used": [["a", NOW], {"k": "a"}],
    "audiences": "vip",
    "lists": [1, "expo@1"],
    "coupons": [{"n": "x", "c": "A1"}, {"g": "g", "n": "x", "t": "", "c": "", "at": NOW, "u": NOW, "how": 1}],
    "pushes": [NOW, "x"],
}


def test_what_is_damaged_is_unknown(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "oaflow.store"):
        contact = read({"_id": "main:U1", **DAMAGED})
    assert contact == Contact(
        "main:U1",
        identities=(Identity("main"),),
        tags=(Tag("VIP", NOW, "x"),),
        attributes={"t.tier": AttributeValue("gold", contact.attributes["t.tier"].at)},
        flows=(Instance("quiz", "main", "q", 1, NOW, NOW),),
        lists=("expo@1",),
        held={"coupons": (HeldCoupon(Grant("g", "x", "", "", NOW, None, NOW)),)},
        pushes=(NOW,),
    )
    assert caplog.messages == [
        "a private value of a contact does not open: its key is missing, or it is damaged"
    ]


@pytest.mark.ring("test", "a law")
@settings(max_examples=examples(300))
@given(st.data())
def test_no_document_breaks_the_reading(data: st.DataObject) -> None:
    """A field of a stored contact replaced by anything at all."""
    document = born(data.draw(contacts()))
    part: Any = document
    while True:
        key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
        if key == "_id":
            return
        inner = part[key]
        if not (isinstance(inner, dict | list) and inner) or data.draw(st.booleans()):
            break
        part = inner
    part[key] = data.draw(JUNK)
    assert read(document).id == document["_id"]


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(0, 9)
    | st.text(max_size=3)
    | st.binary(max_size=3)
    | st.just(NOW),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=3,
)


def test_what_is_not_there_is_as_by_default() -> None:
    document = {
        "_id": "main:U1",
        "kind": "person",
        "ids": [{"ch": "main", "staff": False, "uid": "U1"}],
        "tags": [{"n": "VIP", "at": NOW, "by": "rules[0]"}],
        "timers": [],
        "seed": 5,
    }
    contact = Contact(
        "main:U1", identities=(Identity("main", "U1"),), tags=(Tag("VIP", NOW, "rules[0]"),), seed=5
    )
    assert read(document) == contact


def test_every_default_is_one_object() -> None:
    """`Shape` leaves out the default by identity: one that is made anew each time would be written."""
    for record in RECORDS:
        for field in fields(record):
            default = field.default
            assert default is dataclasses.MISSING or default in (None, False, 0, "", ())
