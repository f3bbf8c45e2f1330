"""`POST /api/events` of one playbook in OpenAPI 3.1: its signals, with the types of their values,
and the news of shops with a system of their own.

https://spec.openapis.org/oas/v3.1.1
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.connectors.shops.webhook import LONGEST, MOST_CODES
from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.typed import LONGEST_PHONE
from bot.engine.types.plain import LONGEST_TEXT
from bot.engine.types.table import TYPES
from bot.model.message import USER_ID
from bot.model.news import AMOUNTS, OF_ORDERS
from bot.model.value import Type
from bot.runtime.intake.outside_event import LONGEST_ID, PEOPLE
from bot.runtime.shops.shop_events import MOMENTS, ORDER_KEYS, OWN_SYSTEM_NEWS
from bot.web.openapi_schema import TOKEN, VERSION, content_of, object_of, pointer, ref, servers
from bot.web.outside_events import MOST, NOT_STORED, PATH

_DAY = date(2026, 11, 20)
"""The day of the examples."""
_ANSWERS = {
    "202": ("Stored: it will be carried out, whatever happens here.", "Answered"),
    "200": ("Known: an event of this id was stored before.", "Answered"),
    "207": ("Several events, of which at least one was not taken: each says why.", "AnsweredEach"),
    "400": ("The body is no JSON, or did not come.", "Refused"),
    "401": ("The token is missing or wrong.", "Refused"),
    "404": ("Nobody is known by this on the channel; or the playbook has no api_token.", "Answered"),
    "409": ("Several contacts have this phone or member number.", "Answered"),
    "413": (f"More than 2 MiB, or more than {MOST} events.", "Refused"),
    "415": ("The body is packed (Content-Encoding): send it as it is.", "Refused"),
    "422": ("A field is wrong: `field` says which.", "Answered"),
    "503": (f"{NOT_STORED[0].upper()}{NOT_STORED[1:]}.", "Refused"),
}
"""By status: what it means, and the schema of the body."""


def openapi(playbook: Playbook, public: str, shops: Sequence[str] = ()) -> dict[str, Any]:
    """The whole description; `public` is our address as the world reaches it, empty where it is unknown.

    `shops` are those that tell news of their members themselves (docs/own-shop.md).
    """
    news = {NEWS_OF_SHOP: _news(shops)} if shops else {}
    return {
        "openapi": VERSION,
        "info": {"title": f"{playbook.bot}: events from outside", "version": "1"},
        "servers": servers(public),
        "security": [{"token": []}],
        "paths": {PATH: {"post": _operation()}},
        "components": {
            "securitySchemes": TOKEN,
            "schemas": {
                "Event": {
                    "oneOf": [*map(ref, (*(f"Event_{name}" for name in playbook.signals), *news))] or [False],
                    **({} if news else _by_signal(playbook)),
                },
                **{f"Event_{name}": _event(name, playbook) for name in playbook.signals},
                **news,
                "Answered": _ANSWERED,
                "AnsweredEach": object_of({"events": {"type": "array", "items": ref("Answered")}}),
                "Refused": object_of({"message": {"type": "string"}}),
            },
        },
    }


_TEXT = {"type": "string", "minLength": 1, "pattern": r"\S"}
_ID = {**_TEXT, "maxLength": LONGEST_ID, "description": "Of your own making."}
_AT = {
    **_TEXT,
    "description": "When it happened. Of 14 days ago, or of the future, it is not taken.",
}
_NUMBER = {**_TEXT, "type": ["string", "integer"], "maxLength": LONGEST_ID}
"""The schema of a number of an order or a member, which may have letters."""
NEWS_OF_SHOP = "NewsOfShop"


_ANSWERED = object_of(
    {
        "id": {"type": ["string", "null"]},
        "status": {"enum": ["stored", "known", "wrong", "nobody", "several"]},
        "field": {"type": "string", "description": "Where it is wrong, such as values.order_no."},
        "message": {"type": "string"},
    },
    "field",
    "message",
)


def _operation() -> dict[str, Any]:
    one_or_several = {
        "oneOf": [ref("Event"), {"type": "array", "items": ref("Event"), "maxItems": MOST}],
    }
    return {
        "operationId": "tell",
        "summary": "Signals of other systems, one or several. The same id on the same channel counts once.",
        "requestBody": {"required": True, "content": content_of(one_or_several)},
        "responses": {
            status: {"description": text, "content": content_of(_answer(status, schema))}
            for status, (text, schema) in _ANSWERS.items()
        },
    }


def _answer(status: str, schema: str) -> dict[str, Any]:
    if status in ("200", "202"):
        return {"oneOf": [ref(schema), ref("AnsweredEach")]}
    return {"oneOf": [ref(schema), ref("Refused")]} if status == "404" else ref(schema)


def _event(name: str, playbook: Playbook) -> dict[str, Any]:
    """The schema of one signal."""
    several = len(playbook.channels) > 1
    fields = playbook.signals[name]
    properties = {
        "id": _ID,
        "signal": {"const": name},
        "channel": {"enum": list(playbook.channels)},
        "contact": {"oneOf": [object_of({kind: _person(kind)}) for kind in PEOPLE]},
        "values": object_of({key: _value(type_) for key, type_ in fields.items()}),
        "at": _AT,
    }
    optional = ["at", *([] if several else ["channel"]), *([] if fields else ["values"])]
    return object_of(properties, *optional)


def _by_signal(playbook: Playbook) -> dict[str, Any]:
    """The schema of an event is chosen by its `signal`."""
    mapping = {name: pointer(f"Event_{name}") for name in playbook.signals}
    return {"discriminator": {"propertyName": "signal", "mapping": mapping}}


def _news(shops: Sequence[str]) -> dict[str, Any]:
    """The schema of a shop's news; news of orders have an `order`, others have none."""
    moments, amounts = dict.fromkeys(MOMENTS, _TEXT), dict.fromkeys(AMOUNTS, _value("number"))
    codes = {"type": "array", "items": {**_TEXT, "maxLength": LONGEST}, "maxItems": MOST_CODES}
    order = object_of({"order_no": _NUMBER, **amounts, **moments, "codes": codes}, *ORDER_KEYS)
    properties = {
        "id": _ID,
        "shop": {"enum": list(shops)},
        "news": {"enum": list(OWN_SYSTEM_NEWS)},
        "member_no": _person("member_no"),
        "order": {**order, "required": ["order_no"]},
        "at": _AT,
    }
    is_of_order = {"properties": {"news": {"enum": list(OF_ORDERS)}}}
    without = {"properties": {"order": False}}
    return {
        **object_of(properties, "order", "at"),
        "if": is_of_order,
        "then": {"required": ["order"]},
        "else": without,
    }


def _person(kind: str) -> dict[str, Any]:
    """The schema of what names the contact of an event: `phone`, `line_id` or `member_no`."""
    match kind:
        case "phone":
            about, example = "A mobile number that the person has proven.", "0912345678"
            form = {**_TEXT, "maxLength": LONGEST_PHONE}
        case "line_id":
            about, example = "The LINE user id on this channel.", f"U{'0' * 32}"
            form = {"type": "string", "minLength": 33, "maxLength": 33, "pattern": f"^{USER_ID.pattern}$"}
        case _:
            about, example = "The number of the member at the shop.", "M1001"
            form = _NUMBER
    return {**form, "description": about, "examples": [example]}


def _value(type_: Type) -> dict[str, Any]:
    """The schema of a value of this type of the playbook, with an example."""
    example = TYPES[type_].sample(_DAY)
    kind = "boolean" if isinstance(example, bool) else "string" if isinstance(example, str) else "number"
    length = {"minLength": 1, "maxLength": LONGEST_TEXT} if kind == "string" else {}
    return {"type": kind, **length, "description": f"{TYPES[type_].asked}", "examples": [example]}
