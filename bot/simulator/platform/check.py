"""Does a value from a request have the shape that a table gives? The one walk through all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.engine.text import fits, utf16_units
from bot.playbook.compile.addresses import NO_ADDRESS, host_of
from bot.simulator.own_site import is_loopback
from bot.simulator.platform.spec import (
    Fault,
    Kinds,
    Look,
    Many,
    Number,
    Path,
    Spec,
    Switch,
    Text,
    Thing,
    Uri,
    Word,
    Wrong,
)

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)


def faults_of(value: Any, spec: Spec, at: Path = ()) -> Iterator[Fault]:
    """Everything that is wrong with a value. `None` is what is not there, as LINE takes it."""
    if value is None:
        yield Fault(at, "missing")
        return
    match spec:
        case Thing():
            yield from _thing(value, spec, at)
        case Kinds():
            yield from _kinds(value, spec, at)
        case Many():
            yield from _many(value, spec, at)
        case Text():
            yield from _text(value, spec, at)
        case Uri():
            yield from _uri(value, spec, at)
        case Number():
            yield from _number(value, spec, at)
        case Word():
            if not isinstance(value, str):
                yield Fault(at, "type")
            elif value not in spec.words:
                yield Fault(at, "word", takes=", ".join(spec.words))
        case Look():
            if not isinstance(value, str):
                yield Fault(at, "type")
            elif not spec.fits(value):
                yield Fault(at, "look")
        case Switch():
            if not isinstance(value, bool):
                yield Fault(at, "type")


def _thing(value: Any, spec: Thing, at: Path, *, typed: bool = False) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(at, "type")
        return
    right = True
    for name, of in spec.properties.items():
        given = value.get(name)
        if given is None and name not in spec.required:
            continue
        for fault in faults_of(given, of, (*at, name)):
            right = False
            yield fault
    if spec.closed:
        for name in value:
            if name not in spec.properties and not (typed and name == "type"):
                right = False
                yield Fault((*at, name), "unknown")
    if right:  # a rule may rely on the shape
        for rule in spec.rules:
            for fault in rule(value):
                yield Fault((*at, *fault.at), fault.wrong, fault.least, fault.most, fault.takes)


def _kinds(value: Any, spec: Kinds, at: Path) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(at, "type")
        return
    kind = value.get("type")
    blamed = at if spec.blame_whole else (*at, "type")
    if kind is None or kind == "":
        yield Fault(blamed, "missing")
    elif not isinstance(kind, str):
        yield Fault(blamed, "type")
    elif kind not in spec.of:
        yield Fault(blamed, "word", takes=", ".join(spec.of))
    else:
        yield from _thing(value, spec.of[kind], at, typed=True)


def _many(value: Any, spec: Many, at: Path) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield Fault(at, "type")
        return
    if not spec.least <= len(value) <= spec.most:
        wrong: Wrong = "few" if len(value) < spec.least else "many"
        yield Fault(at, wrong, spec.least, spec.most)
        return
    for number, one in enumerate(value):
        yield from faults_of(one, spec.of, (*at, number))


def _text(value: Any, spec: Text, at: Path) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(at, "type")
    elif len(value) < spec.least:
        yield Fault(at, "empty", spec.least, spec.most)
    elif not fits(value, spec.most, spec.unit):
        yield Fault(at, "long", 0, spec.most)
    elif spec.look is not None and not spec.look.fullmatch(value):
        yield Fault(at, "look")


def _number(value: Any, spec: Number, at: Path) -> Iterator[Fault]:
    if isinstance(value, bool) or not isinstance(value, int if spec.whole else int | float):
        yield Fault(at, "type")
    elif not spec.least <= value <= spec.most:
        yield Fault(at, "range", spec.least, spec.most)


def _uri(value: Any, spec: Uri, at: Path) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(at, "type")
        return
    if not value:
        yield Fault(at, "empty", 1, spec.most)
        return
    if utf16_units(value) > spec.most:
        yield Fault(at, "long", 0, spec.most)
        return
    found = _SCHEME.fullmatch(value)
    scheme = found[1].lower() if found else ""
    host = host_of(value) if scheme in ("http", "https") else found and found[2]
    if not host or NO_ADDRESS.search(value):
        yield Fault(at, "uri")
    if scheme not in spec.schemes and not (scheme == "http" and is_loopback(host)):
        yield Fault(at, "scheme")
