"""Would LINE take these messages? Looked at as LINE does: the whole request first, then each message inside.

https://developers.line.biz/en/reference/messaging-api/#message-objects
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from bot.line.objects.faults import faults_of
from bot.line.objects.flex import container_faults
from bot.line.objects.messages import MESSAGES
from bot.line.objects.spec import Spec, SpecFault
from bot.line.objects.substitution import substitution_faults
from bot.line.objects.templates import QUICK_REPLY, TEMPLATE
from bot.simulator.platform.refusal import bad_message, bad_properties, bad_property
from bot.simulator.platform.wording import INNER, OUTER, dotted, slashed, worded

TOLD_AT_MOST = 200
"""Faults of one request that are told."""


def checked(body: Mapping[str, Any], properties: Mapping[str, Spec], *required: str) -> None:
    """Raise LINE's refusal where the request's own properties are not as they must be."""
    _refuse_outer(
        fault
        for name, spec in properties.items()
        if name in required or body.get(name) is not None
        for fault in faults_of(body.get(name), spec, (name,))
    )


def checked_messages(body: Mapping[str, Any], *, mentions: bool = True) -> list[dict[str, Any]]:
    """The call's messages, if LINE would take them. Raises `Refusal`.

    Properties that LINE does not know are refused in Flex, where it is known to refuse them; others pass.
    """
    messages = body.get("messages")
    _refuse_outer(faults_of(messages, MESSAGES, ("messages",)))
    assert isinstance(messages, list)
    for number, message in enumerate(messages):
        details = list(islice(_inner(message, mentions=mentions), TOLD_AT_MOST))
        if details:
            raise bad_message(number, details)
    return messages


def _refuse_outer(faults: Iterator[SpecFault]) -> None:
    found = list(islice(faults, TOLD_AT_MOST))
    for fault in found:
        if fault.wrong == "type":
            raise bad_property(dotted(fault.at))
    if found:
        raise bad_properties([{"message": worded(f, OUTER), "property": dotted(f.at)} for f in found])


def _inner(message: Mapping[str, Any], *, mentions: bool) -> Iterator[dict[str, str]]:
    """The details of what is wrong inside a message. In Flex the way begins at the container: `/hero/url`."""
    kind = message["type"]
    if kind == "flex":
        for fault in container_faults(message["contents"]):
            yield {"message": worded(fault, INNER), "property": "/" + slashed(fault.at)}
    for fault in _inner_faults(kind, message, mentions=mentions):
        yield {"message": worded(fault, INNER), "property": slashed(fault.at)}


def _inner_faults(kind: str, message: Mapping[str, Any], *, mentions: bool) -> Iterator[SpecFault]:
    if kind == "template":
        yield from faults_of(message["template"], TEMPLATE, ("template",))
    if kind == "textV2":
        yield from substitution_faults(message, mentions=mentions)
    if message.get("quickReply") is not None:
        yield from faults_of(message["quickReply"], QUICK_REPLY, ("quickReply",))
