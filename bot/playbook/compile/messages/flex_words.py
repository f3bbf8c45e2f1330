"""Reports what LINE would refuse of a Flex message, with advice.

https://developers.line.biz/en/reference/messaging-api/#flex-message
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.engine.rendering.rendering import json_bytes
from bot.line.objects import actions
from bot.line.objects.flex import animated, bubble_size
from bot.line.objects.flex_places import BLOCKS, VIDEO_SIZES
from bot.line.objects.spec import Kinds, Many, Number, ObjectSpec, OneOfWords, Spec, Switch, TextFormat
from bot.model.translatable import Translatable, row, tr
from bot.playbook.compile.messages.from_nodes import FormFault
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.similar import hint_for, not_one_of, quoted
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, first_of


def report_flex(scope: Scope, fault: FormFault) -> None:
    """Report one fault of Flex: an unknown or missing property, a wrong type of value, a wrong value."""
    spec_fault, node, by = fault.spec_fault, fault.node, fault.spec_fault.by
    match spec_fault.wrong, by:
        case "unknown", ObjectSpec():
            _unknown(scope, fault, by)
        case "missing", ObjectSpec():
            _missing(scope, fault, by)
        case _, Kinds() if isinstance(node, Map):
            _kind(scope, node, by)
        case _, Kinds() | ObjectSpec():
            message = tr(
                "expected {called} of Flex, found {found}", called=called(by.what), found=found(node)
            )
            scope.wrong(node, "wrong-type", message)
        case _, Many():
            message = tr("{key} of Flex is a list, found {found}", key=quoted(fault.name), found=found(node))
            scope.wrong(node, "wrong-type", message)
        case _:
            _value(scope, fault, node)


def _unknown(scope: Scope, fault: FormFault, thing: ObjectSpec) -> None:
    message = tr(
        "no {key} is known in {called}, and LINE refuses a message with a name that it does not know",
        key=quoted(fault.name),
        called=called(thing.what),
    )
    hint = hint_for(fault.name, thing.properties) or tr("leave it out, unless LINE's reference has it by now")
    scope.wrong(fault.key, "flex-unknown-property", message, hint, level="warning")


def _missing(scope: Scope, fault: FormFault, thing: ObjectSpec) -> None:
    message = tr("{called} of Flex needs {key}", called=called(thing.what), key=quoted(fault.name))
    scope.wrong(first_of(fault.node), "missing-key", message, tr("add  {key}: …", key=fault.name))


def _kind(scope: Scope, node: Map, kinds: Kinds) -> None:
    """Report an object whose `type` is missing, or is not allowed there."""
    wanted, written = tuple(kinds.of), node.get("type")
    if not isinstance(written, Scalar) or written.nothing:
        message = tr(
            '{called} of Flex needs "type": {wanted}', called=called(kinds.what), wanted=row(wanted, "or")
        )
        scope.wrong(first_of(node), "missing-key", message, tr("add  type: {wanted}", wanted=wanted[0]))
    else:
        hint = _PLACE_OF.get(written.value) or hint_for(written.value, wanted)
        scope.wrong(written, "bad-value", not_one_of(written.value, wanted), hint)


_UPRIGHT = tr("it stands in a box with  layout: vertical  or  layout: horizontal")
_PLACE_OF: Mapping[str, Translatable] = {
    "icon": tr("an icon stands in a box with  layout: baseline"),
    "span": tr("a span stands in the contents of a text"),
    "video": tr("a video is the hero of a bubble"),
    **dict.fromkeys(("box", "button", "image", "separator"), _UPRIGHT),
}
"""Advice by component: where it is allowed."""


def _value(scope: Scope, fault: FormFault, node: Node) -> None:
    """Report a wrong single value, or a list or block in its place."""
    key, by = fault.name, fault.spec_fault.by
    if not isinstance(node, Scalar) or node.nothing:
        kind = _KINDS.get(type(by), tr("a text"))
        message = tr("{key} of Flex is {kind}, found {found}", key=quoted(key), kind=kind, found=found(node))
        scope.wrong(node, "wrong-type", message)
        return
    text = quoted(node.value)
    match by:
        case Number():
            message = tr("{key} is a whole number from 0, found {text}", key=quoted(key), text=text)
            scope.wrong(node, "bad-value", message, tr("write  {key}: 1", key=key))
        case Switch():
            message = tr("{key} is true or false, found {text}", key=quoted(key), text=text)
            scope.wrong(node, "bad-value", message, tr("write  {key}: true", key=key))
        case OneOfWords(words=words):
            scope.wrong(node, "bad-value", not_one_of(node.value, words), hint_for(node.value, words))
        case TextFormat():
            message = tr("{key} is {kind}, found {text}", key=quoted(key), kind=by.what, text=text)
            hint = tr("write it such as  {example}", example=by.example)
            scope.wrong(node, "bad-value", message, hint)
        case _:
            pass  # an address, or an empty text: reported when it is read


_KINDS: Mapping[type[Spec] | type[str], Translatable] = {
    Number: tr("a whole number"),
    Switch: tr("true or false"),
    OneOfWords: tr("a word"),
}
"""What each type of value is called."""


def called(word: str) -> Translatable:
    """The name of one of LINE's objects with its article."""
    vowel = word[0] in "aeiou"
    if word.endswith(" action"):
        word = word.removesuffix(" action")
        return tr("an {word} action", word=word) if vowel else tr("a {word} action", word=word)
    return tr("an {word}", word=word) if vowel else tr("a {word}", word=word)


def found(node: Node) -> Translatable:
    """What a node is, for messages: a block, a list, a text, nothing."""
    match node:
        case Map():
            return tr("a block")
        case List():
            return tr("a list")
        case _:
            return tr("nothing") if node.nothing else tr("the text {text}", text=quoted(node.value))


def _one_text(scope: Scope, fault: FormFault) -> None:
    message = tr('LINE takes "text" or "displayText", not both')
    scope.wrong(fault.key, "bad-value", message, tr("leave out one of them"))


def _keyboard(scope: Scope, fault: FormFault) -> None:
    message = tr('"fillInText" is there for an opened keyboard only')
    scope.wrong(fault.key, "bad-value", message, tr("add  inputOption: openKeyboard"))


def _moment(scope: Scope, fault: FormFault) -> None:
    mode, value = fault.around["mode"], fault.value
    if not actions.is_moment(mode, value):
        message = tr(
            "{key} is no {mode}, found {text}", key=quoted(fault.name), mode=mode, text=quoted(value)
        )
        hint = tr("write it such as  {example}", example=actions.EXAMPLES[mode])
        scope.wrong(fault.node, "bad-value", message, hint)
    elif fault.name == "max":
        message = tr('"max" lies before "min", or is the same')
        scope.wrong(fault.node, "bad-value", message, tr("write the earlier one as  min"))
    else:
        message = tr('"initial" does not lie between "min" and "max"')
        scope.wrong(fault.node, "bad-value", message, tr("write one that can be picked"))


def _block(scope: Scope, fault: FormFault) -> None:
    message = tr("a bubble of Flex needs one of {blocks}", blocks=row(BLOCKS))
    hint = tr("add  body: {type: box, layout: vertical, contents: […]}")
    scope.wrong(first_of(fault.node), "missing-key", message, hint)


def _room(scope: Scope, fault: FormFault) -> None:
    message = tr(
        "a video stands in a bubble of {sizes}, this one is {size}",
        sizes=row(VIDEO_SIZES, "or"),
        size=bubble_size(fault.around),
    )
    scope.wrong(_type(fault.node), "bad-value", message, tr("write at the bubble  size: mega"))


def _one_size(scope: Scope, fault: FormFault) -> None:
    first = bubble_size(fault.around[0])
    message = tr(
        "this bubble's size is {size}, the first one's {first}: all of a carousel are equal",
        size=bubble_size(fault.value),
        first=first,
    )
    scope.wrong(first_of(fault.node), "columns-differ", message, tr("write  size: {first}", first=first))


def _no_video(scope: Scope, fault: FormFault) -> None:
    hint = tr("send this bubble alone, or show a picture")
    scope.wrong(_type(fault.node), "bad-value", tr("LINE takes no video in a carousel"), hint)


def _type(node: Node) -> Node:
    written = node.get("type") if isinstance(node, Map) else None
    return node if written is None else written


def _bubbles(scope: Scope, fault: FormFault) -> None:
    number, most = len(fault.value), int(fault.spec_fault.most)
    if number > most:
        message = tr("this carousel has {number} bubbles, LINE takes {most}", number=number, most=most)
        over = fault.node.items[most] if isinstance(fault.node, List) else fault.node
        scope.wrong(over, "too-many-columns", message, tr("leave some out"))
    else:
        scope.wrong(fault.key, "empty-list", tr("this carousel has no bubble"))


def _bytes(scope: Scope, fault: FormFault) -> None:
    what = tr("this carousel") if fault.value.get("type") == "carousel" else tr("this bubble")
    message = tr(
        "{what} has {size} bytes of JSON, LINE takes {most}",
        what=what,
        size=f"{json_bytes(fault.value):,}",
        most=f"{fault.spec_fault.most:,.0f}",
    )
    scope.wrong(
        first_of(fault.node), "flex-too-large", message, tr("leave some of it out, or send it as two cards")
    )


def _animated(scope: Scope, fault: FormFault) -> None:
    number, most = animated(fault.value), int(fault.spec_fault.most)
    message = tr("here are {number} animated pictures, LINE takes {most}", number=number, most=most)
    scope.wrong(first_of(fault.node), "bad-value", message, tr("write  animated: false  at some of them"))


_Words: TypeAlias = Callable[[Scope, FormFault], None]
FLEX_RULES: Mapping[str, _Words] = {
    "one text": _one_text,
    "keyboard": _keyboard,
    "moment": _moment,
    "block": _block,
    "room for a video": _room,
    "one size": _one_size,
    "no video": _no_video,
    "bubbles": _bubbles,
    "bytes": _bytes,
    "animated": _animated,
}
"""Reports by the name that a rule of the specification (`line/objects`) has there."""
