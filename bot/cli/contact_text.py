"""A contact as people read it in a terminal: what `contact_told` tells, one thing a line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.cli.contact_told import Told
from bot.engine.format import formatted
from bot.model.value import Value
from bot.playbook.similar import printable

_WIDE = 12
"""Columns of the names on the left."""


def line(told: Told) -> str:
    """The line of `contact find`."""
    member = f"member {told['member_no']}" if told["member_no"] else None
    bound = f"bound: {', '.join(told['bound'])}" if told["bound"] else None
    parts = [told["contact"], told["name"], told["phone"], member, bound, ", ".join(told["channels"])]
    parts += ["in the simulator"] if told["simulator"] else []
    return "  ".join(printable(part) for part in parts if part)


def page(told: Told, zone: ZoneInfo) -> Iterator[str]:
    """The lines of `contact show`; moments by the clock of the team."""

    def at(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"

    yield printable(told["contact"]) + ("  in the simulator" if told["simulator"] else "")
    for name, lines in _parts(told, at, zone):
        for number, text in enumerate(lines):
            yield f"  {name if number == 0 else '':{_WIDE}}{printable(text)}"


def _parts(told: Told, at: Any, zone: ZoneInfo) -> Iterator[tuple[str, list[str]]]:
    kind = "" if told["kind"] == "person" else f" ({told['kind']})"
    yield "name", [f"{told['name'] or '–'}{kind}"]
    yield "language", [told["language"]] if told["language"] else []
    yield "LINE", [_identity(one, at) for one in told["identities"]]
    yield "phone", [told["phone"]] if told["phone"] else []
    yield "e-mail", [told["email"]] if told["email"] else []
    yield "member", [told["member_no"]] if told["member_no"] else []
    yield "bound", [_binding(one, at) for one in told["bindings"]]
    yield "first bound", [at(told["bound_before"])] if told["bound_before"] else []
    clerk = told["clerk"]
    yield "clerk", [f"{clerk['name']}  {clerk['store']}  {at(clerk['at'])}"] if clerk else []
    yield "tags", [_tag(one, at) for one in told["tags"]]
    yield "attributes", [_attribute(one, at, zone) for one in told["attributes"]]
    yield "marketing", [] if told["marketing"] is None else ["yes" if told["marketing"] else "no"]
    yield "consents", [_consent(one, at) for one in told["consents"]]
    yield "came first", _source(told["first_source"], at)
    yield "came last", _source(told["last_source"], at)
    yield "flows", [_flow(one, at) for one in told["flows"]]
    yield "part of it", list(told["parts"])
    yield "waiting", [_waiting(told["waiting"])] if told["waiting"] else []
    yield "done", [_done(one, told["contact"], at) for one in told["audit"]]
    yield "happened", [_row(one, at) for one in told["timeline"]]


def _identity(one: Told, at: Any) -> str:
    friend = {True: "a friend", False: "no friend", None: "not known whether a friend"}[one["friend"]]
    since = f" since {at(one['since'])}" if one["friend"] and one["since"] else ""
    seen = f"last seen {at(one['seen'])}" if one["seen"] else "never seen"
    more = [f"menu {one['menu']}"] if one["menu"] else []
    more += ["with staff"] if one["staff"] else []
    return "  ".join([one["channel"], one["line_id"] or "–", friend + since, seen, *more])


def _binding(one: Told, at: Any) -> str:
    tags = f"tags: {', '.join(one['tags'])}" if one["tags"] else ""
    kept = "which stay when it is undone" if one["tags"] and one["keep_tags"] else ""
    return "  ".join(part for part in (one["kind"], at(one["at"]), one["flow"], tags, kept) if part)


def _tag(one: Told, at: Any) -> str:
    again = f"  {one['times']} times, last {at(one['last'])}" if one["times"] > 1 else ""
    until = f"  until {at(one['expires'])}" if one["expires"] else ""
    return f"{one['name']}  {at(one['at'])}  by {one['by']}{again}{until}"


def _attribute(one: Told, at: Any, zone: ZoneInfo) -> str:
    value: Value = one["value"]
    title = f" ({one['title']})" if one["title"] and one["title"] != one["name"] else ""
    return f"{one['name']}{title}: {formatted(value, None, zone)}  {at(one['at'])}"


def _consent(one: Told, at: Any) -> str:
    return (
        f"{one['version']}  {at(one['at'])}  {one['channel']}, {'on a page' if one['on_page'] else 'in chat'}"
    )


def _source(one: Told | None, at: Any) -> list[str]:
    return [] if one is None else [f"by {one['code']}  {at(one['at'])}"]


def _flow(one: Told, at: Any) -> str:
    where = ", on its page" if one["on_page"] else ""
    until = f" until {at(one['held_until'])}" if one["held_until"] else ""
    held = f", held: {one['held']}{until}" if one["held"] else ""
    return f"{one['channel']}  {one['flow']}: {one['state']}  since {at(one['since'])}{held}{where}"


def _waiting(number: int) -> str:
    return f"{'one event' if number == 1 else f'{number} events'}, carried out by a process that runs"


def _done(one: Told, contact: str, at: Any) -> str:
    other = one["other"] if one["contact"] == contact else one["contact"]
    about = ", ".join(part for part in (other, *one["details"]) if part)
    undone = "undone since" if one["undone"] else ""
    return "  ".join(part for part in (at(one["at"]), one["what"], about, f"by {one['who']}", undone) if part)


def _row(one: Told, at: Any) -> str:
    return "  ".join(
        part for part in (at(one["at"]), one["what"], "; ".join(one["details"]), one.get("text")) if part
    )
