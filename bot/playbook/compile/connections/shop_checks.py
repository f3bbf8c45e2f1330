"""Checks `sms` and `shops` against what their connectors declare: credentials, ways of access, and the fields
that are mapped to attributes, tags and consent (language, section 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.connectors.manifest import variable_of
from bot.connectors.shops.manifest import FieldType, Offer, is_read_as
from bot.connectors.shops.platforms import BY_EVENTS, NEWS_SECRETS, PLATFORMS, access_of, offer_of
from bot.connectors.sms.providers import PROVIDERS
from bot.engine.types.table import TYPES
from bot.model.problem import Level
from bot.model.translatable import Translatable, row, tr
from bot.model.value import Type
from bot.playbook.codes import Code
from bot.playbook.compile.connections.call_checks import check_address
from bot.playbook.compile.scope.files import existing_file
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.unknown_names import is_refused, unknown
from bot.playbook.hints import write
from bot.playbook.similar import LISTED, hint_for, quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, text_at


def check_sms(scope: Scope) -> None:
    """Report entries of `sms` that lack a setting of their provider."""
    for name, node in scope.book.section("sms").values():
        provider = text_at(node, "provider") if isinstance(node, Map) else ""
        known = PROVIDERS.get(provider)
        needs = () if known is None else known.settings
        missing = [key for key in needs if isinstance(node, Map) and node.get(key) is None]
        if missing:
            message = tr(
                "{name} has no {missing}, so it sends nothing",
                name=quoted(name.value),
                missing=row(map(quoted, missing), "or"),
            )
            scope.wrong(name, "credentials-missing", message, credentials_to_add(missing, provider))


def credentials_to_add(missing: Sequence[str], whose: str) -> Translatable:
    """Advice with the settings to paste; each is filled from a variable of the environment. `whose` is the
    connector's name."""
    lines = [f"{key}: ${{{variable_of(whose, key)}}}" for key in missing]
    if len(lines) == 1:
        return tr("add  {paste}", paste=lines[0])
    return tr("add, each on a line of its own,  {lines}", lines="  ".join(lines))


def check_shops(scope: Scope) -> None:
    """Report what is wrong in each shop: credentials, access, channel, file, and mapped fields."""
    for name, node in scope.book.section("shops").values():
        if not isinstance(node, Map):
            continue
        _named(scope, node)
        platform, access = text_at(node, "platform"), scope.scalar(node.get("access"))
        if platform in PLATFORMS:  # it may stand in the environment, and be unset
            offer = offer_of(platform, None if access is None or access.unset else access.value)
            _access(scope, node, platform)
            _credentials(scope, name, node, offer)
            if "url" in offer.needs:
                check_address(scope, scope.scalar(node.get("url")))
            _writing(scope, node, offer, platform)
            if offer.fields is not None:
                _fields(scope, node, offer.fields)


def _access(scope: Scope, node: Map, platform: str) -> None:
    """Warn of `access` at a platform that has one way only."""
    access = node.get("access")
    if isinstance(access, Scalar) and not access_of(platform, access.value):
        message = tr("{platform} is reached in one way only, so  access  says nothing", platform=platform)
        scope.wrong(access, "bad-value", message, tr("leave  access  out"), level="warning")


def _named(scope: Scope, node: Map) -> None:
    """Check the names that a shop refers to: its channel, its file, our attributes."""
    channel, file = scope.scalar(node.get("channel")), scope.scalar(node.get("file"))
    if channel is not None:
        scope.has_name("channels", channel)
    if file is not None and not file.unset:
        # people's data may well be stored elsewhere than the playbook
        existing_file(scope, file, level="warning", is_read=False)
    for ours, theirs in scope.pairs(node.get("attributes")):
        if ours.value not in scope.book.attributes and not is_refused(scope.book, "attributes", ours.value):
            _unknown_attribute(scope, node, ours, theirs)


def _unknown_attribute(scope: Scope, shop: Map, ours: Scalar, theirs: Node) -> None:
    """Report a mapped attribute that is not declared, or a key that is no attribute."""
    field, known = _theirs(theirs), scope.book.attributes
    if ours.value in ("from", "write"):
        message = tr("{key} is no attribute, it belongs to the field of one", key=quoted(ours.value))
        scope.wrong(ours, "unknown-attribute", message, _with_its_field(scope, shop))
    elif isinstance(field, Scalar) and field.value in known:
        message = tr(
            "{name} is no attribute, {other} is one", name=quoted(ours.value), other=quoted(field.value)
        )
        pair = f"{field.value}: {ours.value}"
        hint = tr("our attribute stands first, the shop's field behind it:  {pair}", pair=pair)
        scope.wrong(ours, "unknown-attribute", message, hint)
    else:
        scope.fault(ours, unknown(scope.book, "attributes", ours.value, known))


def _with_its_field(scope: Scope, shop: Map) -> Translatable:
    """Advice how `write: true` is written, by the first attribute that this shop maps."""
    mapped = ((ours.value, _theirs(theirs)) for ours, theirs in scope.pairs(shop.get("attributes")))
    first = next(
        (
            (ours, field.value)
            for ours, field in mapped
            if isinstance(field, Scalar) and ours not in ("from", "write")
        ),
        ("生日", "birthday"),
    )
    pair = f"{first[0]}: {{from: {first[1]}, write: true}}"
    return tr("write  {pair}", pair=pair)


def _credentials(scope: Scope, name: Scalar, node: Map, offer: Offer) -> None:
    """Report credentials that are missing: without some the shop cannot be called, without others its news
    cannot be verified."""
    platform = text_at(node, "platform")
    missing = [key for key in offer.needs if node.get(key) is None]
    if missing and offer.for_install:
        _installable(scope, name, node, offer)
        return
    if missing:
        message = tr(
            "the shop {name} has no {missing}, so it answers nothing",
            name=quoted(name.value),
            missing=row(map(quoted, missing), "or"),
        )
        scope.wrong(name, "credentials-missing", message, credentials_to_add(missing, platform))
        return
    for key in offer.for_news:
        if node.get(key) is None:
            message = tr(
                "the shop {name} has no {key}, so nobody can tell whether its news are its own",
                name=quoted(name.value),
                key=quoted(key),
            )
            hint = credentials_to_add([key], platform)
            scope.wrong(name, "credentials-missing", message, hint, level="warning")


def _installable(scope: Scope, name: Scalar, node: Map, offer: Offer) -> None:
    """A shop that issues its token itself when the app is installed there: check what installing needs."""
    missing = [key for key in offer.for_install if node.get(key) is None]
    if missing:
        message = tr(
            "the shop {name} has no {missing}, so nobody can install the app there",
            name=quoted(name.value),
            missing=row(map(quoted, missing), "or"),
        )
        hint = credentials_to_add(missing, text_at(node, "platform"))
        scope.wrong(name, "credentials-missing", message, hint, level="warning")


def _fields(scope: Scope, node: Map, fields: Mapping[str, FieldType]) -> None:
    """Check that the shop's fields exist and have the type of what they are mapped to."""
    for ours, theirs in scope.pairs(node.get("attributes")):
        field = _theirs(theirs)
        info = scope.book.attributes.get(ours.value)
        if (
            isinstance(field, Scalar)
            and info is not None
            and (held := _held(scope, field, fields, info.type))
        ):
            paste = f"{ours.value}: {held}"
            hint = tr("write  attributes: {{paste}},  or name another field", paste=paste)
            hint = tr("name another field") if held == "list" else hint
            _of_type(scope, field, held, info.type, hint)
    switches = [theirs for _, theirs in scope.pairs(node.get("tags"))]
    for field in (*switches, _theirs(node.get("consent"))):
        if isinstance(field, Scalar) and (held := _held(scope, field, fields, "yes_no")):
            known = [path for path, of in fields.items() if of == "yes_no"]
            _of_type(scope, field, held, "yes_no", _such(known))


def _theirs(mapped: Node | None) -> Node | None:
    """The shop's field of a mapping, written alone or under `from`."""
    return mapped.get("from") if isinstance(mapped, Map) else mapped


def _writing(scope: Scope, node: Map, offer: Offer, platform: str) -> None:
    """Report fields to be written back for which the platform has no call."""
    mapped = [theirs for _, theirs in scope.pairs(node.get("attributes"))]
    for theirs in (*mapped, node.get("consent")):
        write = theirs.get("write") if isinstance(theirs, Map) else None
        field = scope.scalar(theirs.get("from")) if isinstance(theirs, Map) else None
        if not isinstance(write, Scalar) or not scope.switch(write) or field is None or field.unset:
            continue
        if not offer.may_write(field.value):
            message = tr(
                "{platform} has no call that writes {field}", platform=platform, field=quoted(field.value)
            )
            hint = _such(sorted(offer.writes)) if offer.writes else tr("leave  write  out")
            scope.wrong(write, "field-not-written", message, hint)


def _called(held: FieldType) -> Translatable:
    """The type of a shop's field, in words."""
    match held:
        case "list" | "any":  # `any` is never reported: it fits everywhere
            return tr("a list")
        case _:
            return TYPES[held].called


def _of_type(scope: Scope, field: Scalar, held: FieldType, wanted: Type, hint: Translatable) -> None:
    """Report a shop's field whose type cannot be read as `wanted`."""
    if not is_read_as(held, wanted):
        message = tr(
            "the shop's field {path} is {held}, expected {wanted}",
            path=quoted(field.value),
            held=_called(held),
            wanted=TYPES[wanted].called,
        )
        scope.wrong(field, "type-mismatch", message, hint)


def _held(scope: Scope, field: Scalar, fields: Mapping[str, FieldType], wanted: Type) -> FieldType | None:
    """The type of a shop's field; `None`, and reported, where the platform documents no such field."""
    held = fields.get(field.value)
    if held is None and not field.unset:
        _no_field(scope, field, fields, [path for path, of in fields.items() if is_read_as(of, wanted)])
    return held


def _no_field(scope: Scope, theirs: Scalar, fields: Mapping[str, FieldType], fitting: Sequence[str]) -> None:
    """Report a field that the platform does not document: an error inside a block that it documents in full,
    a warning elsewhere, where it may have been added since. `fitting` are fields to propose."""
    path = theirs.value
    block, _, last = path.rpartition(".")
    level: Level = "error"
    if any(field.startswith(f"{path}.") for field in fields):
        message = tr("the shop's field {path} holds further fields", path=quoted(path))
        fitting = [field for field in fitting if field.startswith(f"{path}.")] or fitting
        hint = _such(fitting)
    elif block in fields:
        message = tr("the shop's field {block} has no fields in it", block=quoted(block))
        hint = write(block)
    elif any(field.startswith(f"{block}.") for field in fields):
        message = tr("the shop has no {last} in {block}", last=quoted(last), block=quoted(block))
        meant = [field for field in fitting if field.startswith(path)]
        inside = [field for field in fitting if field.startswith(f"{block}.")]
        hint = _such(meant) if meant else hint_for(path, fields) or _such(inside)
    else:
        message = tr("the shop's platform documents no field {path}", path=quoted(path))
        hint, level = hint_for(path, fields) or _such(fitting), "warning"
    scope.wrong(theirs, "unknown-field", message, hint, level=level)


def _such(fields: Sequence[str]) -> Translatable:
    """Advice to use one of these fields."""
    return tr("write one such as {names}", names=row(fields[:LISTED])) if fields else tr("name another field")


def check_orders_heard(
    scope: Scope, at: Scalar, code: Code, hint: Translatable, level: Level = "error"
) -> None:
    """Report a trigger on orders at `at` where no shop of this playbook sends any; not where the section
    `shops` could not be read."""
    shops = scope.book.section("shops")
    if any(_tells(scope, shop) for _, shop in shops.values()) or (not shops and scope.book.may_have("shops")):
        return
    message = (
        tr("no order is heard of here: {shops} cannot tell of any", shops=row(map(quoted, shops)))
        if shops
        else tr("no order is heard of here: there is no shop")
    )
    scope.wrong(at, code, message, hint, level=level)


def _tells(scope: Scope, shop: Node) -> bool:
    """Whether a shop's orders arrive: its platform signs its web hooks with a secret that is set, or it is
    one's own system and sends events with `api_token`."""
    if not isinstance(shop, Map):
        return False
    if text_at(shop, "platform") in BY_EVENTS:
        return scope.book.root.get("api_token") is not None
    return any(name in shop.pairs for name in NEWS_SECRETS)
