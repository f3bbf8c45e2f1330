"""Resolves the placeholders of a text, such as `{{ attribute.points or 0 }}`: what they stand for, their
types, their formats (language, section 11); and words what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import get_args

from bot.engine.texts.format import FORMATS, types_for
from bot.engine.texts.template import Placeholder, PlaceholderGroup
from bot.engine.types.table import TYPES
from bot.model.screen import MEMBER_CARD
from bot.model.translatable import Translatable, row, tr
from bot.model.value import Type
from bot.playbook.compile.scope.book import Book
from bot.playbook.compile.scope.placeholders import ELSEWHERE, ParsedPlaceholder, suggested_pattern
from bot.playbook.compile.scope.position import Where
from bot.playbook.compile.scope.unknown_names import NameFault, is_refused, unknown
from bot.playbook.hints import of_kind
from bot.playbook.shape.declaring import called_by_title
from bot.playbook.shape.promotions import WORDS_PARTS
from bot.playbook.shape.sections import Section
from bot.playbook.similar import LISTED, hint_for, quoted

OURS = frozenset(group for part in WORDS_PARTS for group in part.card_groups)
"""Groups that only cards written by the program have, not the playbook."""
GROUPS = (*(group for group in get_args(PlaceholderGroup) if group not in OURS), "setting")
"""Groups that a playbook may write; a `setting` that its flow has is put in before (`canonical/settings`)."""
CONTACT = ("name", "phone", "member_no", "language", "line_id")
"""Names in the group `contact`."""
NEVER_EMPTY = frozenset({"contact.name", "contact.line_id"})
"""Placeholders that always have a value; `contact.name` falls back to a word of ours."""
NAMES_OF_GROUP: dict[str, tuple[str, ...]] = {
    "contact": CONTACT,
    "store": ("title",),
    "store_group": ("title",),
    "clerk": ("name",),
    "sms": ("code",),
    "bot": ("name",),
    "channel": ("name",),
}
"""Groups that stand for one thing of the turn, with the names that each has."""
OF_CLERK = ("clerk", "store", "store_group")
"""Groups that have a value only for a clerk."""
BY_SECTION: dict[str, Section] = {
    "page": "pages",
    "link": "links",
    "hours": "hours",
    **{group: kind.section for kind, part in WORDS_PARTS.by_kind.items() for group in part.groups},
}
"""Groups whose names are the entries of a section."""


def placeholder_of(
    book: Book, where: Where, written: ParsedPlaceholder
) -> tuple[Placeholder | None, list[NameFault]]:
    """The placeholder with its type, and what is wrong with it; `None` where it cannot be filled.

    In a named card or a hook's body, `event.x` and `answer.x` count as texts here: they are checked where it
    is used.
    """
    placeholder = _resolve(book, where, written)
    if isinstance(placeholder, NameFault):
        return None, [placeholder]
    if placeholder is None:
        return None, []
    faults = [
        fault
        for fault in (_empty(where, written, placeholder), _format(where, written, placeholder))
        if fault
    ]
    return placeholder, faults


def depends_on_use(where: Where, group: str) -> bool:
    """Whether the value of this group depends on the place where a named card or a hook's body is used."""
    return group in ("event", "answer") or (group in OF_CLERK and not where.may_be_empty)


def _resolve(book: Book, where: Where, written: ParsedPlaceholder) -> Placeholder | NameFault | None:
    """The placeholder with its type; a fault, or `None` where the fault has been reported elsewhere."""
    group, name = written.group, written.name
    if group in NAMES_OF_GROUP:
        return _of_one(where, written)
    if group in BY_SECTION:
        return _named(book, written, BY_SECTION[group])
    if group == "attribute":
        return _attribute(book, written)
    if group in ("event", "answer") and where.needs is not None:
        return _placeholder(written, "text")
    if group == "event":
        field = event_field(book, where, name)
        return _placeholder(written, field) if isinstance(field, str) else field
    if group == "answer":
        type_ = answer_type(where, name)
        return type_ if isinstance(type_, NameFault) else _placeholder(written, type_)
    if group == "setting":
        message = tr("there is no setting {name} here", name=quoted(name))
        if where.flow is not None:
            flow = quoted(where.flow.name)
            message = tr("there is no setting {name} in the flow {flow}", name=quoted(name), flow=flow)
        return NameFault("unknown-setting", message, tr("write the text itself"))
    return _no_group(book, written)


def _no_group(book: Book, written: ParsedPlaceholder) -> NameFault:
    """The fault of an unknown group, with advice on what may be meant."""
    name = f"{written.group}.{written.name}" if written.name else written.group
    such = tr("write it such as  {{ contact.name or 朋友 }}  or  {{ attribute.points or 0 }}")
    if (meant := ELSEWHERE.get(name.casefold())) is not None:
        such = of_kind("written", tr("write  {{ {inside} }}", inside=meant))
    if written.group in ("tag", "標籤"):
        such = tr("a tag is no text: ask for it with  {asked}", asked=f"if: {{tag: {written.name or 'VIP'}}}")
        return NameFault("placeholder-unknown", tr("nothing is called {name}", name=quoted(name)), such)
    if meant is None and (meant := ELSEWHERE.get(written.name.casefold())) is not None:
        such = of_kind("written", tr("write  {{ {inside} }}", inside=meant))
        return NameFault("placeholder-unknown", tr("nothing is called {name}", name=quoted(name)), such)
    near = hint_for(written.group, GROUPS)
    alone = written.group if not written.name else ""
    of = "contact" if alone in CONTACT else "attribute" if alone in book.attributes else None
    if of is not None:
        near = of_kind("written", tr("write  {{ {name} }}", name=f"{of}.{alone}"))
        if f"{of}.{alone}" not in NEVER_EMPTY:
            near = tr("write  {{ {inside} or … }}", inside=f"{of}.{alone}")
    return NameFault("placeholder-unknown", tr("nothing is called {name}", name=quoted(name)), near or such)


def _placeholder(written: ParsedPlaceholder, type_: Type, slot: str = "") -> Placeholder:
    return Placeholder(
        written.group,  # type: ignore[arg-type]  # looked up before
        written.name,
        written.default,
        written.format,
        type_,
        slot,
    )


def _of_one(where: Where, written: ParsedPlaceholder) -> Placeholder | NameFault:
    """A placeholder of a group of `NAMES_OF_GROUP`."""
    names = NAMES_OF_GROUP[written.group]
    name = f"{written.group}.{written.name}"
    if written.name not in names:
        known = [f"{written.group}.{one}" for one in names]
        near = hint_for(name, known)
        return NameFault(
            "placeholder-unknown",
            tr("nothing is called {name}, known are {known}", name=quoted(name), known=row(known)),
            near,
        )
    if written.group == "sms" and not where.sms:
        return NameFault(
            "placeholder-unknown", tr('the code is known only in "sms: … text"'), tr("leave it out here")
        )
    return _placeholder(written, "text")


def _named(book: Book, written: ParsedPlaceholder, section: Section) -> Placeholder | NameFault | None:
    """A placeholder of an entry of a section; `None` where the entry was refused, which has been reported."""
    if is_refused(book, section, written.name):
        return None
    fault = missing_name(book, section, written.name)
    if fault is not None:
        return fault
    return _placeholder(written, "date_time" if section == "hours" else "text")


def missing_name(book: Book, section: Section, name: str) -> NameFault | None:
    """What is wrong with a reference to `name` in a section; `None` where it is right."""
    known = book.names[section]
    flow = book.flows.get(name) if section == "pages" else None
    if name in known:
        return None if flow is None or not flow.inputs else _without_inputs(name, flow.inputs)
    tag = name if name in book.names["tags"] else "VIP"
    fault = unknown(book, section, name, known, of=tag if section == "audiences" else "text")
    if flow is not None:
        return NameFault(
            fault.code,
            tr("the flow {name} has no page", name=quoted(name)),
            tr("add  page: true  to the flow"),
        )
    if section == "pages" and name == MEMBER_CARD:
        paste = "member_card: {fields: [{show: contact.name}]}"
        return NameFault(fault.code, tr("there is no member card"), tr("add  {paste}", paste=paste))
    return fault


def _without_inputs(name: str, inputs: Iterable[str]) -> NameFault:
    """The fault of a page whose flow needs inputs: only links that the flow's own actions make bring them."""
    message = tr(
        "the page {name} needs {inputs}, which an address here does not bring",
        name=quoted(name),
        inputs=row(inputs),
    )
    return NameFault(
        "inputs-missing", message, tr("start the flow with them:  start: {flow: {name}, with: …}", name=name)
    )


def _attribute(book: Book, written: ParsedPlaceholder) -> Placeholder | NameFault | None:
    info = book.attributes.get(written.name)
    if info is None:
        if is_refused(book, "attributes", written.name):
            return None
        fault = unknown(book, "attributes", written.name, book.attributes, of=_type_for(written.format))
        hint = called_by_title(book.root, "attributes", written.name)
        return replace(fault, hint=hint or fault.hint)
    return _placeholder(written, info.type, info.slot)


def _type_for(how: str | None) -> Type:
    """The type to propose for an attribute that is shown in this format: text if it has the format, or no
    type has."""
    types = (types_for(how) if how is not None else None) or ("text",)
    return "text" if "text" in types else next(one for one in TYPES if one in types)


def event_field(book: Book, where: Where, name: str) -> Type | NameFault | None:
    """The type of a field of the event, if all triggers that lead to this place have it; a fault where not;
    `None` where the triggers are not known."""
    if where.unclear:
        return None
    if not where.ways:
        message = tr("there is no event here, so {name} is not known", name=quoted("event." + name))
        elsewhere = _event_elsewhere(book, name)
        hint = elsewhere or tr("read it in the rule that hears the event, or save it there")
        return NameFault("event-not-here", message, hint)
    types = {way.fields.get(name) for way in where.ways}
    if types == {None}:
        fields = sorted({known for way in where.ways for known in way.fields})
        triggers = row(dict.fromkeys(way.trigger for way in where.ways), "or")
        message = tr(
            "the event of {triggers} has no {name}, it has no fields", triggers=triggers, name=quoted(name)
        )
        if fields:
            message = tr(
                "the event of {triggers} has no {name}, it has {fields}",
                triggers=triggers,
                name=quoted(name),
                fields=row(fields),
            )
        triggers_here = [str(way.trigger) for way in where.ways]
        return NameFault(
            "event-not-here", message, hint_for(name, fields) or _missing_field(book, triggers_here, name)
        )
    if None in types:
        lacking = next(way.trigger for way in where.ways if name not in way.fields)
        message = tr(
            "{name} is not known when this begins with {lacking}",
            name=quoted("event." + name),
            lacking=lacking,
        )
        return NameFault("event-not-always-there", message, tr("write a rule of its own for each trigger"))
    if len(types) > 1:
        either = row(sorted((TYPES[type_].called for type_ in types if type_), key=str), "or")
        message = tr("{name} is {either}, by trigger", name=quoted("event." + name), either=either)
        return NameFault("event-not-always-there", message, tr("write a rule of its own for each trigger"))
    return next(t for t in types if t)


def _event_elsewhere(book: Book, name: str) -> Translatable | None:
    """Advice on a field of this name that a hook, a signal or an attribute has."""
    hook = next((one for one, fields in book.returns.items() if name in fields), None)
    if hook is not None:
        rule = f"- {{when: {{hook: {hook}, result: ok}}, …}}"
        return tr("what a hook answers is known to the rule of a flow that hears it:  {heard}", heard=rule)
    signal = next((one for one, fields in book.signals.items() if name in fields), None)
    if signal is not None:
        return tr("it is known to the rule that hears it:  when: {signal: {signal}}", signal=signal)
    if name in book.attributes:
        return tr("write  {{ {inside} or … }}", inside=f"attribute.{name}")
    return None


def _missing_field(book: Book, triggers: Sequence[str], name: str) -> Translatable:
    """Advice on a field that the events of these triggers do not have."""
    if (elsewhere := _event_elsewhere(book, name)) is not None:
        return elsewhere
    if all(trigger.startswith("text") for trigger in triggers):
        return tr(
            "to take it from what people say, write  when: {text_pattern: {pattern}}",
            pattern=f'"查 {{{name}}}"',
        )
    if any(trigger.startswith("hook") for trigger in triggers):
        return tr(
            "a hook tells what its  returns  names:  returns: {{name}: text},  and only where  result: ok",
            name=name,
        )
    return tr("what was asked in a flow is  {{ answer.STATE }},  what is kept is  {{ attribute.NAME }}")


def answer_type(where: Where, name: str) -> Type | NameFault:
    """The type of an answer or input of the flow that this place belongs to."""
    if where.flow is None:
        message = tr(
            "{name} can be read only within the flow that asks for it", name=quoted("answer." + name)
        )
        return NameFault("answer-not-here", message, tr("save the answer to an attribute, and read that"))
    answer = where.flow.answers.get(name)
    if answer is not None:
        return answer.type
    answers = sorted(where.flow.answers)
    if name in where.flow.states:
        message = tr("the state {name} asks nothing, so it has no answer", name=quoted(name))
        return NameFault("answer-not-here", message, hint_for(name, answers))
    flow = quoted(where.flow.name)
    message = tr("the flow {flow} has no question or input {name}", flow=flow, name=quoted(name))
    if 0 < len(answers) <= LISTED:
        message = tr(
            "the flow {flow} has no question or input {name}, there are {asked}",
            flow=flow,
            name=quoted(name),
            asked=row(answers),
        )
    return NameFault("answer-not-here", message, hint_for(name, answers))


def _empty(where: Where, written: ParsedPlaceholder, placeholder: Placeholder) -> NameFault | None:
    """The warning where a placeholder without a default may have no value."""
    name = f"{placeholder.group}.{placeholder.name}"
    if placeholder.default is not None or where.may_be_empty or name in NEVER_EMPTY or name in where.known:
        return None
    if placeholder.group == "event":
        if not any(placeholder.name in way.maybe for way in where.ways):
            return None
    elif placeholder.group in OF_CLERK:
        binds = where.flow is not None and where.flow.binds_clerk and placeholder.group != "store_group"
        if where.needs is not None or binds:  # a store may be in no group
            return None
    elif placeholder.group not in ("contact", "attribute", "invite"):
        return None
    inside = written.written.removeprefix("{{").removesuffix("}}").strip()
    message = tr("nothing stands here for people of whom {name} is not known", name=quoted(name))
    return NameFault(
        "placeholder-may-be-empty", message, tr("write  {{ {inside} or … }}", inside=inside), "warning"
    )


def _format(where: Where, written: ParsedPlaceholder, placeholder: Placeholder) -> NameFault | None:
    """The fault of a format that is unknown, or not for the placeholder's type."""
    if written.format is None:
        return None
    types = types_for(written.format)
    if types is None:
        message = tr(
            "{format} is no format, known are {known}, or such as M/D, YYYY/MM/DD",
            format=quoted(written.format),
            known=row(FORMATS),
        )
        meant = suggested_pattern(written.format)
        hint = tr("write  as {format}", format=meant) if meant else hint_for(written.format, FORMATS)
        return NameFault("placeholder-unknown", message, hint)
    if placeholder.type in types or (where.needs is not None and placeholder.group in ("event", "answer")):
        return None
    name = f"{placeholder.group}.{placeholder.name}"
    fits = [how for how, of in FORMATS.items() if placeholder.type in of]
    hint = (
        tr(
            "for {type} there is  {fits}",
            type=TYPES[placeholder.type].called,
            fits=row([f"as {fit}" for fit in fits], "or"),
        )
        if fits
        else tr("leave the format out")
    )
    message = tr(
        "{name} is {type}, which has no format {format}",
        name=quoted(name),
        type=TYPES[placeholder.type].called,
        format=quoted(written.format),
    )
    return NameFault("format-for-other-type", message, hint)
