"""Encodes and decodes flow instances and pending results in a contact's document; private parts are sealed.

A value that the database cannot hold is left out: it is unknown from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.model.instance import Answer, Hold, Instance, PendingResult, ReservedMember
from bot.model.message import JourneyPush, Pushed
from bot.model.value import Value, storable
from bot.store.codec.record import (
    RawPart,
    RecordCodec,
    each,
    flag,
    inner,
    moment,
    text,
    worth,
)
from bot.store.database.mongo import Document
from bot.store.sealing.private import PrivateFields

_INSTANCE = RecordCodec(
    Instance,
    "flow:f channel:ch state:s visit began entered on_page:page parent tries fired pushes skipped "
    "code_sent:code notice_version:told unasked gone_back_over:back cause",
)
_HELD = RecordCodec(Hold, "by until")
_RESULT = RecordCodec(PendingResult, "channel:ch flow:f result:r until")


def instance_document(instance: Instance, privacy: PrivateFields) -> Document:
    """The document of a flow instance, for `flows`."""
    document = _INSTANCE.write(instance)
    place = flow_place(instance.flow, instance.channel)
    if instance.answers:
        document["answers"] = privacy.seal({"v": _answers(instance.answers)}, f"{place}.answers")
    if instance.held is not None:
        document["held"] = _HELD.write(instance.held)
    if instance.proven is not None:
        document["proven"] = privacy.seal({"v": instance.proven}, f"{place}.proven")
    if instance.found is not None:
        document["found"] = privacy.seal(_found_fields(instance.found), f"{place}.found")
    return document


def instance_from(document: RawPart, privacy: PrivateFields) -> Instance | None:
    """The flow instance in an item of `flows`; `None` where it has another form."""
    place = flow_place(document.get("f"), document.get("ch"))
    found: dict[str, Any] = {}
    if "answers" in document:
        answers = privacy.open(document["answers"], f"{place}.answers").get("v")
        found["answers"] = dict(each(answers, _read_answer))
    if "held" in document:
        found["held"] = _HELD.read(inner(document, "held"))
    if "proven" in document:
        found["proven"] = text(privacy.open(document["proven"], f"{place}.proven").get("v"))
    if "found" in document:
        found["found"] = _found_from(privacy.open(document["found"], f"{place}.found"))
    return _INSTANCE.read(document, **found)


def result_document(result: PendingResult, privacy: PrivateFields) -> Document:
    """The document of a pending result, for `results`; its answers and messages are sealed."""
    document = _RESULT.write(result)
    content = {
        "answers": _answers(result.answers),
        "pushes": [[one.message, journey_push_item(one.of)] for one in result.pushes],
    }
    document["x"] = privacy.seal(content, result_place(document))
    return document


def result_from(document: RawPart, privacy: PrivateFields) -> PendingResult | None:
    """The pending result in an item of `results`; `None` where it has another form."""
    content = privacy.open(document.get("x"), result_place(document))
    answers = dict(each(content.get("answers"), _read_answer))
    pushes = each(content.get("pushes"), _pushed_from)
    return _RESULT.read(document, answers=answers, pushes=pushes)


def journey_push_item(of: JourneyPush | None) -> list[str | int] | None:
    """A push of a journey as a list: flow, state, number, and the flows that it is within."""
    return [of.flow, of.state, of.number, *of.within] if of is not None else None


def journey_push_from(item: Any) -> JourneyPush | None:
    """The push of a journey in a list of `journey_push_item`; `None` where there is none."""
    match item:
        case [str(flow), str(state), int(number_), *within] if all(isinstance(one, str) for one in within):
            return JourneyPush(flow, state, number_, tuple(within))
        case _:
            return None


def _pushed_from(item: Any) -> Pushed | None:
    match item:
        case [dict(message), of]:
            return Pushed(message, journey_push_from(of))
        case _:
            return None


def flow_place(flow: object, channel: object) -> str:
    """The place that the sealed parts of an instance are bound to, within its contact: elsewhere none
    opens."""
    return f"flows.{channel}.{flow}"


def result_place(document: RawPart) -> str:
    """The place that the sealed part of a pending result is bound to, within its contact."""
    return f"results.{document.get('ch')}.{document.get('f')}.{document.get('r')}"


def _answers(answers: Mapping[str, Answer]) -> list[list[Value]]:
    """Answers as lists of name, type and value, to be sealed: all are, as people write what they like."""
    return [[name, one.type, one.value] for name, one in answers.items() if storable(one.value)]


def _read_answer(item: Any) -> tuple[str, Answer] | None:
    match item:
        case [str(name), str(type_), value] if (plain := worth(value)) is not None:
            return name, Answer(type_, plain)
    return None


def _found_fields(found: ReservedMember) -> Document:
    return {
        "phone": found.phone,
        "member_no": found.member_no,
        "values": [[slot, value] for slot, value in found.values.items() if storable(value)],
        "tags": [list(item) for item in found.tags.items()],
        "consent": found.consent,
        "other": found.other,
        "until": found.until,
        "before": found.bound_before,
        "shop": found.shop,
        "former": found.former,
        "second": found.second,
        "read": found.read,
        "updated": found.updated,
    }


def _found_from(content: RawPart) -> ReservedMember | None:
    if not content:
        return None
    return ReservedMember(
        phone=text(content.get("phone")),
        member_no=text(content.get("member_no")),
        values=dict(each(content.get("values"), lambda item: _pair(item, worth))),
        tags=dict(each(content.get("tags"), lambda item: _pair(item, flag))),
        consent=flag(content.get("consent")),
        other=text(content.get("other")),
        until=moment(content.get("until")),
        bound_before=moment(content.get("before")),
        shop=text(content.get("shop")),
        former=text(content.get("former")),
        second=text(content.get("second")),
        read=moment(content.get("read")),
        updated=moment(content.get("updated")),
    )


def _pair(item: Any, read: Any) -> tuple[str, Any] | None:
    match item:
        case [str(name), value] if (plain := read(value)) is not None:
            return name, plain
    return None
