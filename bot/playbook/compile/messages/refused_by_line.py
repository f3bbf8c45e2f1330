"""What LINE would refuse of an object that the playbook makes, told at the node that says it.

What LINE takes stands in `line/objects` alone; here are the words, and what to do about it. What is told
where a value is read (empty texts, addresses, pictures) is not told again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from bot.engine.compiled.card import TAP, LineObject
from bot.engine.texts.text import length, utf16_units
from bot.line.objects.faults import faults_of
from bot.line.objects.limits import ALT, DATA, SHOWN_AS_ALT, TEXT
from bot.line.objects.spec import JsonPath, Many, Number, Spec, SpecFault, TextSpec, Uri
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.playbook.codes import Code
from bot.playbook.compile.messages.flex_words import FLEX_RULES, report_flex
from bot.playbook.compile.messages.from_nodes import FormFault, alone, as_sent, fault_of
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import List, Node, first_of


def judged(scope: Scope, form: LineObject, spec: Spec, node: Node) -> LineObject:
    """The form as the engine has it; what LINE would refuse of it is reported. `node` says the whole form."""
    return judged_by(scope, form, lambda sent: faults_of(sent, spec), node)


def judged_by(
    scope: Scope, form: LineObject, faults: Callable[[Any], Iterator[SpecFault]], node: Node
) -> LineObject:
    """The same, where more than one specification says what is wrong."""
    sent = as_sent(scope, form)
    for fault in _shortest(faults(sent)):
        _report(scope, fault_of(form, sent, fault, node))
    return alone(form)


def _shortest(faults: Iterable[SpecFault]) -> Iterator[SpecFault]:
    """The faults, of one text only the smallest length that is passed."""
    found = list(faults)
    most: dict[JsonPath, float] = {}
    for fault in found:
        if fault.wrong == "long":
            most[fault.at] = min(fault.most, most.get(fault.at, fault.most))
    return (fault for fault in found if fault.wrong != "long" or fault.most == most[fault.at])


def _report(scope: Scope, told: FormFault) -> None:
    match told.fault.by, told.fault.wrong:
        case TextSpec() as limit, "long":
            _long(scope, limit, told)
        case Uri(), "long":
            _long_address(scope, told)
        case Many(what=name), "few" | "many" if name in _RULES:
            _RULES[name](scope, told)
        case Number(what=name), "range" if name in _RULES:
            _RULES[name](scope, told)
        case str(name), _ if name in _RULES:
            _RULES[name](scope, told)
        case _ if told.fault.at[:1] == ("contents",):
            report_flex(scope, told)
        case _, "empty" | "uri" | "scheme":
            pass  # told when it is read, with more advice
        case _:
            scope.wrong(told.node, "bad-value", tr("LINE does not take what stands here"))


def _long(scope: Scope, limit: TextSpec, told: FormFault) -> None:
    if limit is DATA and told.value.startswith(TAP):
        message = tr(
            "card and label are {number} characters together, LINE takes {most}",
            number=f"{utf16_units(told.value) - len(TAP):,}",
            most=limit.most - len(TAP),
        )
        scope.wrong(told.node, "data-too-long", message, tr("shorten the label"))
        return
    if limit is ALT and told.node.path[-1] != "alt":
        limit = SHOWN_AS_ALT
    has, fixed = length(told.value, limit.unit), told.form if isinstance(told.form, str) else None
    number = tr("{number} characters", number=f"{has:,}")
    if limit.unit == "utf16" and limit.most > 999:
        number = tr("{number} characters (UTF-16 units)", number=f"{has:,}")
    named: dict[str, TranslatableValue] = {
        "what": limit.what,
        "length": number,
        "of": limit.of,
        "most": f"{limit.most:,}",
    }
    message = tr("this {what} has {length}, {of} takes {most}", **named)
    if fixed is None:
        message = tr("this {what} may have {length}, {of} takes {most}", **named)
    scope.wrong(told.node, _code(limit), message, _shorter(limit, fixed))


def _code(limit: TextSpec) -> Code:
    return "alt-too-long" if limit is SHOWN_AS_ALT else _CODES.get(limit.what, "text-too-long")


_CODES: Mapping[str, Code] = {
    "alt": "alt-too-long",
    "label": "label-too-long",
    "data": "data-too-long",
    "name": "sender-name",
}


def _shorter(limit: TextSpec, fixed: str | None) -> Translatable:
    if limit is TEXT:
        return tr("write a list of several texts")
    if limit is SHOWN_AS_ALT:
        return tr("give the card a shorter one of its own:  alt: …")
    if fixed is None or limit.most > 60:
        return tr("shorten it")
    return tr("shorten it, such as  {text}", text=quoted(fixed[: limit.most].strip()).text)


def _long_address(scope: Scope, told: FormFault) -> None:
    message = tr(
        "this address has {number} characters, LINE takes {most}",
        number=f"{utf16_units(told.value):,}",
        most=f"{told.fault.most:,.0f}",
    )
    scope.wrong(told.node, "text-too-long", message, tr("shorten it"))


def _taps(scope: Scope, told: FormFault) -> None:
    if told.fault.wrong == "few":
        message = tr("a confirm has two taps, here is {taps}", taps=len(told.value))
        scope.wrong(told.key, "taps-differ", message, tr("use buttons for one tap"))
        return
    message = tr(
        "here are {number} taps, LINE takes {most}", number=len(told.value), most=int(told.fault.most)
    )
    scope.wrong(_over(told), "too-many-taps", message, tr("leave some out"))


def _over(told: FormFault) -> Node:
    """The first item of a list that is too many."""
    return first_of(told.node.items[int(told.fault.most)]) if isinstance(told.node, List) else told.node


def _areas(scope: Scope, told: FormFault) -> None:
    if told.fault.wrong == "many" and isinstance(told.fault.by, Many) and told.fault.by.who is not None:
        message = too_many_areas(len(told.value), told.fault.by.most, told.fault.by.who)
        scope.wrong(told.key, "too-many-taps", message, tr("leave some out"))


def too_many_areas(number: int, most: int, who: Translatable) -> Translatable:
    """That a picture has more areas than LINE takes."""
    return tr("here are {number} areas, {who} takes {most}", number=number, who=who, most=most)


def _columns(scope: Scope, told: FormFault) -> None:
    message = tr(
        "this carousel has {number} columns, LINE takes {most}",
        number=len(told.value),
        most=int(told.fault.most),
    )
    hint = tr("leave some out, or make two cards")
    scope.wrong(_over(told), "too-many-columns", message, hint)


def _quick_replies(scope: Scope, told: FormFault) -> None:
    message = tr(
        "here are {number} quick replies, LINE takes {most}",
        number=len(told.value),
        most=int(told.fault.most),
    )
    scope.wrong(told.key, "quick-replies-over-13", message, tr("leave some out"))


def _uneven_taps(scope: Scope, told: FormFault) -> None:
    message = tr(
        "this column has {taps} taps, the first one {first}: all of a carousel are equal",
        taps=len(told.value),
        first=int(told.fault.most),
    )
    scope.wrong(told.key, "taps-differ", message, tr("give all as many taps"))


def _uneven(scope: Scope, told: FormFault) -> None:
    key = "title" if told.fault.by == "title" else "image"
    message = tr('this column has a "{key}", unlike the first: all of a carousel are equal', key=key)
    if told.value.get(str(told.fault.by)) is None:
        message = tr('this column has no "{key}", unlike the first: all of a carousel are equal', key=key)
    hint = tr('write "{key}" in all columns, or in none', key=key)
    scope.wrong(first_of(told.node), "columns-differ", message, hint)


def _sender_name(scope: Scope, told: FormFault) -> None:
    message = tr("LINE does not let {name} be a name, for it holds its own", name=quoted(told.value))
    scope.wrong(told.node, "sender-name", message, tr("leave that word out"))


def _degrees(scope: Scope, told: FormFault) -> None:
    message = tr(
        "{latitude}, {longitude} is no place: latitude goes to 90, longitude to 180",
        latitude=f"{told.around['latitude']:g}",
        longitude=f"{told.around['longitude']:g}",
    )
    scope.wrong(told.key, "bad-value", message, tr("write latitude first, such as  [25.03, 121.56]"))


def _duration(scope: Scope, told: FormFault) -> None:
    message = tr("LINE takes sounds of at most 24 days")
    scope.wrong(told.node, "bad-value", message, tr("write how long it is, such as  12s"))


def _is_reported_at_read(scope: Scope, told: FormFault) -> None:
    """Grids say where the picture ends."""


_Words: TypeAlias = Callable[[Scope, FormFault], None]
_RULES: Mapping[str, _Words] = {
    **FLEX_RULES,
    "taps": _taps,
    "areas": _areas,
    "columns": _columns,
    "quick replies": _quick_replies,
    "as many actions": _uneven_taps,
    "title": _uneven,
    "thumbnailImageUrl": _uneven,
    "name of LINE": _sender_name,
    "degrees": _degrees,
    "duration": _duration,
    **dict.fromkeys(("area", "box"), _is_reported_at_read),
}
"""By what the specification calls itself."""
