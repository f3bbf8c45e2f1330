"""Checks a value against a specification (`spec`), as LINE would; all specifications are read here alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.engine.texts.text import fits, utf16_units
from bot.line.objects.addresses import NO_ADDRESS, host_of, is_loopback
from bot.line.objects.spec import (
    Depending,
    JsonPath,
    Kinds,
    Many,
    Number,
    ObjectSpec,
    OneOfWords,
    Spec,
    SpecFault,
    Switch,
    TextFormat,
    TextSpec,
    Uri,
    Wrong,
    property_spec,
)

# The scheme of an address, and the rest
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)


def faults_of(value: Any, spec: Spec, at: JsonPath = ()) -> Iterator[SpecFault]:
    """All faults of a value at the path `at`. `None` counts as missing, as for LINE."""
    if value is None:
        yield SpecFault(at, "missing", by=spec)
        return
    match spec:
        case ObjectSpec():
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
                yield SpecFault(at, "type", by=spec)
            elif value not in spec.words:
                yield SpecFault(at, "word", takes=", ".join(spec.words), by=spec)
        case TextFormat():
            if not isinstance(value, str):
                yield SpecFault(at, "type", by=spec)
            elif not spec.fits(value):
                yield SpecFault(at, "look", by=spec)
        case Switch():
            if not isinstance(value, bool):
                yield SpecFault(at, "type", by=spec)
        case Depending():
            yield from faults_of(value, spec.otherwise, at)


def _thing(value: Any, spec: ObjectSpec, at: JsonPath, *, typed: bool = False) -> Iterator[SpecFault]:
    if not isinstance(value, dict):
        yield SpecFault(at, "type", by=spec)
        return
    for name in spec.properties:
        given = value.get(name)
        if given is not None:
            yield from faults_of(given, property_spec(spec, name, value), (*at, name))
        elif name in spec.required:
            yield SpecFault((*at, name), "missing", by=spec)
    if spec.closed:
        for name in value:
            if name not in spec.properties and not (typed and name == "type"):
                yield SpecFault((*at, name), "unknown", by=spec)
    for rule in spec.rules:
        for fault in rule(value):
            yield replace(fault.below(*at), by=fault.by or spec)


def _kinds(value: Any, spec: Kinds, at: JsonPath) -> Iterator[SpecFault]:
    if not isinstance(value, dict):
        yield SpecFault(at, "type", by=spec)
        return
    kind = value.get("type")
    blamed = at if spec.blame_whole else (*at, "type")
    if kind is None or kind == "":
        yield SpecFault(blamed, "missing", by=spec, part=at)
    elif not isinstance(kind, str):
        yield SpecFault(blamed, "type", by=spec, part=at)
    elif kind not in spec.of:
        yield SpecFault(blamed, "word", takes=", ".join(spec.of), by=spec, part=at)
    else:
        yield from _thing(value, spec.of[kind], at, typed=True)


def _many(value: Any, spec: Many, at: JsonPath) -> Iterator[SpecFault]:
    if not isinstance(value, list):
        yield SpecFault(at, "type", by=spec)
        return
    if not spec.least <= len(value) <= spec.most:
        wrong: Wrong = "few" if len(value) < spec.least else "many"
        yield SpecFault(at, wrong, spec.least, spec.most, by=spec)
    for number, one in enumerate(value):
        yield from faults_of(one, spec.of, (*at, number))


def _text(value: Any, spec: TextSpec, at: JsonPath) -> Iterator[SpecFault]:
    if not isinstance(value, str):
        yield SpecFault(at, "type", by=spec)
    elif len(value) < spec.least:
        yield SpecFault(at, "empty", spec.least, spec.most, by=spec)
    elif not fits(value, spec.most, spec.unit):
        yield SpecFault(at, "long", 0, spec.most, by=spec)
    elif spec.look is not None and not spec.look.fullmatch(value):
        yield SpecFault(at, "look", by=spec)


def _number(value: Any, spec: Number, at: JsonPath) -> Iterator[SpecFault]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield SpecFault(at, "type", by=spec)
    elif spec.whole and isinstance(value, float):
        yield SpecFault(at, "whole", by=spec)
    elif not spec.least <= value <= spec.most:
        yield SpecFault(at, "range", spec.least, spec.most, by=spec)


def _uri(value: Any, spec: Uri, at: JsonPath) -> Iterator[SpecFault]:
    if not isinstance(value, str):
        yield SpecFault(at, "type", by=spec)
        return
    if not value:
        yield SpecFault(at, "empty", 1, spec.most, by=spec)
        return
    if utf16_units(value) > spec.most:
        yield SpecFault(at, "long", 0, spec.most, by=spec)
        return
    found = _SCHEME.fullmatch(value)
    scheme = found[1].lower() if found else ""
    host = host_of(value) if scheme in ("http", "https") else found and found[2]
    if not host or NO_ADDRESS.search(value):
        yield SpecFault(at, "uri", by=spec)
    if scheme not in spec.schemes and not (scheme == "http" and is_loopback(host)):
        yield SpecFault(at, "scheme", by=spec)
