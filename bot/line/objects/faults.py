"""Does a value from a request have the shape that a table gives? The one walk through all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.engine.text import fits, utf16_units
from bot.line.objects.addresses import NO_ADDRESS, host_of, is_loopback
from bot.line.objects.spec import (
    JsonPath,
    Kinds,
    Many,
    Number,
    OneOfWords,
    Spec,
    SpecFault,
    Switch,
    TextLook,
    TextSpec,
    Thing,
    Uri,
    Wrong,
)

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)


def faults_of(value: Any, spec: Spec, at: JsonPath = ()) -> Iterator[SpecFault]:
    """Everything that is wrong with a value. `None` is what is not there, as LINE takes it."""
    if value is None:
        yield SpecFault(at, "missing")
        return
    match spec:
        case Thing():
            yield from _thing(value, spec, at)
        case Kinds():
            yield from _kinds(value, spec, at)
        case Many():
            yield from _many(value, spec, at)
        case TextSpec():
            yield from _text(value, spec, at)
        case Uri():
            yield from _uri(value, spec, at)
        case Number():
            yield from _number(value, spec, at)
        case OneOfWords():
            if not isinstance(value, str):
                yield SpecFault(at, "type")
            elif value not in spec.words:
                yield SpecFault(at, "word", takes=", ".join(spec.words))
        case TextLook():
            if not isinstance(value, str):
                yield SpecFault(at, "type")
            elif not spec.fits(value):
                yield SpecFault(at, "look")
        case Switch():
            if not isinstance(value, bool):
                yield SpecFault(at, "type")


def _thing(value: Any, spec: Thing, at: JsonPath, *, typed: bool = False) -> Iterator[SpecFault]:
    if not isinstance(value, dict):
        yield SpecFault(at, "type")
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
                yield SpecFault((*at, name), "unknown")
    if right:  # a rule may rely on the shape
        for rule in spec.rules:
            for fault in rule(value):
                yield SpecFault((*at, *fault.at), fault.wrong, fault.least, fault.most, fault.takes)


def _kinds(value: Any, spec: Kinds, at: JsonPath) -> Iterator[SpecFault]:
    if not isinstance(value, dict):
        yield SpecFault(at, "type")
        return
    kind = value.get("type")
    blamed = at if spec.blame_whole else (*at, "type")
    if kind is None or kind == "":
        yield SpecFault(blamed, "missing")
    elif not isinstance(kind, str):
        yield SpecFault(blamed, "type")
    elif kind not in spec.of:
        yield SpecFault(blamed, "word", takes=", ".join(spec.of))
    else:
        yield from _thing(value, spec.of[kind], at, typed=True)


def _many(value: Any, spec: Many, at: JsonPath) -> Iterator[SpecFault]:
    if not isinstance(value, list):
        yield SpecFault(at, "type")
        return
    if not spec.least <= len(value) <= spec.most:
        wrong: Wrong = "few" if len(value) < spec.least else "many"
        yield SpecFault(at, wrong, spec.least, spec.most)
        return
    for number, one in enumerate(value):
        yield from faults_of(one, spec.of, (*at, number))


def _text(value: Any, spec: TextSpec, at: JsonPath) -> Iterator[SpecFault]:
    if not isinstance(value, str):
        yield SpecFault(at, "type")
    elif len(value) < spec.least:
        yield SpecFault(at, "empty", spec.least, spec.most)
    elif not fits(value, spec.most, spec.unit):
        yield SpecFault(at, "long", 0, spec.most)
    elif spec.look is not None and not spec.look.fullmatch(value):
        yield SpecFault(at, "look")


def _number(value: Any, spec: Number, at: JsonPath) -> Iterator[SpecFault]:
    if isinstance(value, bool) or not isinstance(value, int if spec.whole else int | float):
        yield SpecFault(at, "type")
    elif not spec.least <= value <= spec.most:
        yield SpecFault(at, "range", spec.least, spec.most)


def _uri(value: Any, spec: Uri, at: JsonPath) -> Iterator[SpecFault]:
    if not isinstance(value, str):
        yield SpecFault(at, "type")
        return
    if not value:
        yield SpecFault(at, "empty", 1, spec.most)
        return
    if utf16_units(value) > spec.most:
        yield SpecFault(at, "long", 0, spec.most)
        return
    found = _SCHEME.fullmatch(value)
    scheme = found[1].lower() if found else ""
    host = host_of(value) if scheme in ("http", "https") else found and found[2]
    if not host or NO_ADDRESS.search(value):
        yield SpecFault(at, "uri")
    if scheme not in spec.schemes and not (scheme == "http" and is_loopback(host)):
        yield SpecFault(at, "scheme")
