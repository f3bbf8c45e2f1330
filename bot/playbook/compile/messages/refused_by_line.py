"""Reports what LINE would refuse of an object that the playbook makes, at the node that defines it.

`line/objects` specifies what LINE takes; this module has the messages and advice. Faults that are reported
where a value is read (empty texts, addresses, pictures) are not reported again.
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
from bot.playbook.compile.messages.from_nodes import FormFault, as_sent, fault_of, without_nodes
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import List, Node, first_of


def judged(scope: Scope, form: LineObject, spec: Spec, node: Node) -> LineObject:
    """The form without its nodes, as the engine has it. What LINE would refuse by `spec` is reported; `node`
    defines the form."""
    return judged_by(scope, form, lambda sent: faults_of(sent, spec), node)


def judged_by(
    scope: Scope, form: LineObject, faults: Callable[[Any], Iterator[SpecFault]], node: Node
) -> LineObject:
    """The form without its nodes, as the engine has it. What `faults` finds in its JSON is reported; `node`
    defines the form."""
    sent = as_sent(scope, form)
    for fault in _shortest(faults(sent)):
        _report(scope, fault_of(form, sent, fault, node))
    return without_nodes(form)


def _shortest(faults: Iterable[SpecFault]) -> Iterator[SpecFault]:
    """The faults; where several limits of length apply to one text, only the smallest."""
    all_faults = list(faults)
    most: dict[JsonPath, float] = {}
    for fault in all_faults:
        if fault.wrong == "long":
            most[fault.at] = min(fault.most, most.get(fault.at, fault.most))
    return (fault for fault in all_faults if fault.wrong != "long" or fault.most == most[fault.at])


def _report(scope: Scope, fault: FormFault) -> None:
    """Report a fault in the words of the rule that found it."""
    match fault.spec_fault.by, fault.spec_fault.wrong:
        case TextSpec() as limit, "long":
            _long(scope, limit, fault)
        case Uri(), "long":
            _long_address(scope, fault)
        case Many(what=name), "few" | "many" if name in _RULES:
            _RULES[name](scope, fault)
        case Number(what=name), "range" if name in _RULES:
            _RULES[name](scope, fault)
        case str(name), _ if name in _RULES:
            _RULES[name](scope, fault)
        case _ if fault.spec_fault.at[:1] == ("contents",):
            report_flex(scope, fault)
        case _, "empty" | "uri" | "scheme":
            pass  # reported when it is read, with more advice
        case _:
            scope.wrong(fault.node, "bad-value", tr("LINE does not take what stands here"))


def _long(scope: Scope, limit: TextSpec, fault: FormFault) -> None:
    """Report a text that is too long, or may become so when it is filled."""
    if limit is DATA and fault.value.startswith(TAP):
        message = tr(
            "card and label are {number} characters together, LINE takes {most}",
            number=f"{utf16_units(fault.value) - len(TAP):,}",
            most=limit.most - len(TAP),
        )
        scope.wrong(fault.node, "data-too-long", message, tr("shorten the label"))
        return
    if limit is ALT and fault.node.path[-1] != "alt":
        limit = SHOWN_AS_ALT
    has, fixed = length(fault.value, limit.unit), fault.form if isinstance(fault.form, str) else None
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
    scope.wrong(fault.node, _code(limit), message, _shorter(limit, fixed))


def _code(limit: TextSpec) -> Code:
    return "alt-too-long" if limit is SHOWN_AS_ALT else _CODES.get(limit.what, "text-too-long")


_CODES: Mapping[str, Code] = {
    "alt": "alt-too-long",
    "label": "label-too-long",
    "data": "data-too-long",
    "name": "sender-name",
}
"""The code by the kind of text; all others are `text-too-long`."""


def _shorter(limit: TextSpec, fixed: str | None) -> Translatable:
    """Advice on a text that is too long; `fixed` is the text where nothing is filled in."""
    if limit is TEXT:
        return tr("write a list of several texts")
    if limit is SHOWN_AS_ALT:
        return tr("give the card a shorter one of its own:  alt: …")
    if fixed is None or limit.most > 60:
        return tr("shorten it")
    return tr("shorten it, such as  {text}", text=quoted(fixed[: limit.most].strip()).text)


def _long_address(scope: Scope, fault: FormFault) -> None:
    message = tr(
        "this address has {number} characters, LINE takes {most}",
        number=f"{utf16_units(fault.value):,}",
        most=f"{fault.spec_fault.most:,.0f}",
    )
    scope.wrong(fault.node, "text-too-long", message, tr("shorten it"))


def _taps(scope: Scope, fault: FormFault) -> None:
    if fault.spec_fault.wrong == "few":
        message = tr("a confirm has two taps, here is {taps}", taps=len(fault.value))
        scope.wrong(fault.key, "taps-differ", message, tr("use buttons for one tap"))
        return
    message = tr(
        "here are {number} taps, LINE takes {most}", number=len(fault.value), most=int(fault.spec_fault.most)
    )
    scope.wrong(_over(fault), "too-many-taps", message, tr("leave some out"))


def _over(fault: FormFault) -> Node:
    """The first item beyond the limit of a list."""
    return (
        first_of(fault.node.items[int(fault.spec_fault.most)]) if isinstance(fault.node, List) else fault.node
    )


def _areas(scope: Scope, fault: FormFault) -> None:
    if (
        fault.spec_fault.wrong == "many"
        and isinstance(fault.spec_fault.by, Many)
        and fault.spec_fault.by.owner is not None
    ):
        message = too_many_areas(len(fault.value), fault.spec_fault.by.most, fault.spec_fault.by.owner)
        scope.wrong(fault.key, "too-many-taps", message, tr("leave some out"))


def too_many_areas(number: int, most: int, owner: Translatable) -> Translatable:
    """That a picture has more areas than its owner takes, as LINE says."""
    return tr("here are {number} areas, {who} takes {most}", number=number, who=owner, most=most)


def _columns(scope: Scope, fault: FormFault) -> None:
    message = tr(
        "this carousel has {number} columns, LINE takes {most}",
        number=len(fault.value),
        most=int(fault.spec_fault.most),
    )
    hint = tr("leave some out, or make two cards")
    scope.wrong(_over(fault), "too-many-columns", message, hint)


def _quick_replies(scope: Scope, fault: FormFault) -> None:
    message = tr(
        "here are {number} quick replies, LINE takes {most}",
        number=len(fault.value),
        most=int(fault.spec_fault.most),
    )
    scope.wrong(fault.key, "quick-replies-over-13", message, tr("leave some out"))


def _uneven_taps(scope: Scope, fault: FormFault) -> None:
    message = tr(
        "this column has {taps} taps, the first one {first}: all of a carousel are equal",
        taps=len(fault.value),
        first=int(fault.spec_fault.most),
    )
    scope.wrong(fault.key, "taps-differ", message, tr("give all as many taps"))


def _uneven(scope: Scope, fault: FormFault) -> None:
    """Report a column with a picture or title where the first has none, or the other way round."""
    key = "title" if fault.spec_fault.by == "title" else "image"
    message = tr('this column has a "{key}", unlike the first: all of a carousel are equal', key=key)
    if fault.value.get(str(fault.spec_fault.by)) is None:
        message = tr('this column has no "{key}", unlike the first: all of a carousel are equal', key=key)
    hint = tr('write "{key}" in all columns, or in none', key=key)
    scope.wrong(first_of(fault.node), "columns-differ", message, hint)


def _sender_name(scope: Scope, fault: FormFault) -> None:
    message = tr("LINE does not let {name} be a name, for it holds its own", name=quoted(fault.value))
    scope.wrong(fault.node, "sender-name", message, tr("leave that word out"))


def _degrees(scope: Scope, fault: FormFault) -> None:
    message = tr(
        "{latitude}, {longitude} is no place: latitude goes to 90, longitude to 180",
        latitude=f"{fault.around['latitude']:g}",
        longitude=f"{fault.around['longitude']:g}",
    )
    scope.wrong(fault.key, "bad-value", message, tr("write latitude first, such as  [25.03, 121.56]"))


def _duration(scope: Scope, fault: FormFault) -> None:
    message = tr("LINE takes sounds of at most 24 days")
    scope.wrong(fault.node, "bad-value", message, tr("write how long it is, such as  12s"))


def _is_reported_at_read(scope: Scope, fault: FormFault) -> None:
    """Nothing: areas outside of the picture are reported when the grid is read."""


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
"""Reports by the name that a rule of the specification (`line/objects`) has there."""
