"""Checks messages as LINE does: the whole request first, then each message inside.

https://developers.line.biz/en/reference/messaging-api/#message-objects
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from bot.line.objects.faults import faults_of
from bot.line.objects.messages import MESSAGES, inner_faults
from bot.line.objects.spec import Spec, SpecFault
from bot.simulator.platform.refusal import (
    INNER,
    OUTER,
    bad_message,
    bad_properties,
    bad_property,
    dotted,
    slashed,
    worded,
)

FAULTS_AT_MOST = 200
"""Most faults of one request that are reported."""


def checked(body: Mapping[str, Any], properties: Mapping[str, Spec], *required: str) -> None:
    """Raise `LineRefusal` where the request's own properties are not as they must be."""
    _refuse_outer(
        fault
        for name, spec in properties.items()
        if name in required or body.get(name) is not None
        for fault in faults_of(body.get(name), spec, (name,))
    )


def checked_messages(body: Mapping[str, Any], *, mentions: bool = True) -> list[dict[str, Any]]:
    """The call's messages. Raises `LineRefusal` where LINE would not accept them.

    Properties that LINE does not know are refused in Flex, where it is known to refuse them; others pass.
    """
    messages = body.get("messages")
    _refuse_outer(faults_of(messages, MESSAGES, ("messages",)))
    assert isinstance(messages, list)
    for number, message in enumerate(messages):
        faults = dict.fromkeys(islice(_inner(message, mentions=mentions), FAULTS_AT_MOST))
        if faults:
            raise bad_message(number, [{"message": words, "property": at} for at, words in faults])
    return messages


def _refuse_outer(faults: Iterator[SpecFault]) -> None:
    found = list(islice(faults, FAULTS_AT_MOST))
    for fault in found:
        if fault.wrong in ("type", "whole"):
            raise bad_property(dotted(fault.at))
    if found:
        raise bad_properties([{"message": worded(f, OUTER), "property": dotted(f.at)} for f in found])


def _inner(message: Mapping[str, Any], *, mentions: bool) -> Iterator[tuple[str, str]]:
    """Each place in a message, and what is wrong there. In Flex the path begins at the container:
    `/hero/url`."""
    for fault in inner_faults(message, mentions=mentions):
        in_flex = message["type"] == "flex" and fault.at[0] == "contents"
        yield "/" + slashed(fault.at[1:]) if in_flex else slashed(fault.at), worded(fault, INNER)
