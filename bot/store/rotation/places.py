"""Finds the sealed values of any document, and the context that each is bound to.

Without its context a value does not open. For rotating keys and for exports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.store.codec.contact_fields import page_place, staff_chat_place
from bot.store.codec.flow_document import flow_place, result_place
from bot.store.collections import COLLECTIONS
from bot.store.sealing.seal import is_sealed

LiesIn: TypeAlias = Sequence[Mapping[str, Any]]
"""The documents that contain a value, the outermost first."""
BoundTo: TypeAlias = Callable[[LiesIn, str], str]
"""The context of a value, from the documents that contain it and its path without list indexes."""


def _of_row(within: LiesIn, path: str) -> str:
    return str(within[0]["_id"])


def _of_call(within: LiesIn, path: str) -> str:
    return str(within[-1]["id"])


def _of_contact(within: LiesIn, path: str) -> str:
    return f"{within[0]['_id']}\0{path.removeprefix('s.')}"


def _of_flow(within: LiesIn, path: str) -> str:
    instance = within[1]
    place = flow_place(instance.get("f"), instance.get("ch"))
    part = path.removeprefix("flows.")
    if part == "answers.x":  # as they were written before all of them were sealed together
        part = str(within[-1].get("k"))
    return f"{within[0]['_id']}\0{place}.{part}"


BOUND_TO: Mapping[str, BoundTo] = {
    "contacts.s": _of_contact,
    "member_records.s": _of_contact,
    "contacts.out.body": _of_call,
    "contacts.carried.raw": _of_call,
    "contacts.flows.answers": _of_flow,
    "contacts.flows.proven": _of_flow,
    "contacts.flows.found": _of_flow,
    "contacts.results.x": lambda within, path: f"{within[0]['_id']}\0{result_place(within[1])}",
    "contacts.pages.x": lambda within, path: f"{within[0]['_id']}\0{page_place(within[1])}",
    "contacts.chats.x": lambda within, path: f"{within[0]['_id']}\0{staff_chat_place(within[1])}",
    "inbox.raw": _of_row,
    "inbox.why": _of_row,
    "timeline.text": _of_row,
    "trace.steps": _of_row,
    "conversations.said": _of_row,
    "conversation_files.s": lambda within, path: f"conversation_files\0{within[0]['_id']}",
    "codes.phone": lambda within, path: f"codes\0{within[0]['_id']}",
    "audit.details": lambda within, path: f"audit\0{within[0]['_id']}",
    "audit.before": lambda within, path: f"audit\0{within[0]['_id']}\0before",
    "deadletters.call.body": _of_call,
    "clerks.s": lambda within, path: f"clerks\0{within[0]['_id']}",
    "admins.s": lambda within, path: f"admins\0{within[0]['_id']}",
    "api_answers.s": lambda within, path: f"api_answers\0{within[0]['_id']}",
    "api_tokens.s": lambda within, path: f"api_tokens\0{within[0]['_id']}",
    "push_subscriptions.s": lambda within, path: f"push_subscriptions\0{within[0]['_id']}",
    "shop_news.raw": lambda within, path: f"shop_news\0{within[0]['_id']}",
    "bulk_runs.s": lambda within, path: f"bulk_runs\0{within[0]['_id']}\0s",
    "bulk_runs.place": lambda within, path: f"bulk_runs\0{within[0]['_id']}\0place",
    "drafts.s": lambda within, path: f"drafts\0{within[0]['_id']}\0s",
    "drafts.b": lambda within, path: f"drafts\0{within[0]['_id']}\0b",
    "proposals.s": lambda within, path: f"proposals\0{within[0]['_id']}",
    "bulk_runs.ahead": lambda within, path: f"bulk_runs\0{within[0]['_id']}\0ahead",
    "alerts.said": _of_row,
    "erasures.s": lambda within, path: f"erasures\0{within[0]['_id']}",
    "contact_notes.s": lambda within, path: f"contact_notes\0{within[0]['_id']}",
    "setup_replies.s": lambda within, path: f"setup_replies\0{within[0]['_id']}",
    "chat_views.s": lambda within, path: f"chat_views\0{within[0]['_id']}",
    "ready_answers.s": lambda within, path: f"ready_answers\0{within[0]['_id']}",
    "ready_answers.picture": lambda within, path: f"ready_answers\0{within[0]['_id']}\0picture",
    "channel_links.s": lambda within, path: f"channel_links\0{within[0]['_id']}",
    "secrets.value": lambda within, path: f"secrets\0{within[0]['_id']}",
    "playbook_files.s": lambda within, path: f"playbook_files\0{within[0]['_id']}",
}
"""For each place of sealed values (`COLLECTION.PATH`, as `CollectionSpec.sealed` has it): what they are bound
to."""


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A sealed value of a document: its path with list indexes, the bytes, and the context it is bound to."""

    path: str
    value: bytes
    bound_to: bytes


def sealed_values(collection: str, document: Mapping[str, Any]) -> Iterator[SealedValue]:
    """All sealed values of a document. Raises `KeyError` for a place that is not in `BOUND_TO`."""
    places = COLLECTIONS[collection].sealed
    for path, plain, within, value in _leaves(document, "", "", [document]):
        if is_sealed(value) and (place := _place(plain, places)) is not None:
            bound = BOUND_TO[f"{collection}.{place}"](within, plain)
            yield SealedValue(path, value, bound.encode())


def _place(path: str, places: Sequence[str]) -> str | None:
    return next((one for one in places if f"{path}.".startswith(f"{one}.")), None)


def _leaves(
    value: Any, path: str, plain: str, within: list[Mapping[str, Any]]
) -> Iterator[tuple[str, str, LiesIn, Any]]:
    if isinstance(value, Mapping):
        inner = within if value is within[-1] else [*within, value]
        for key, one in value.items():
            yield from _leaves(
                one, f"{path}.{key}" if path else key, f"{plain}.{key}" if plain else key, inner
            )
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _leaves(one, f"{path}.{number}", plain, within)
    else:
        yield path, plain, within, value
