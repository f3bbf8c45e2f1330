"""The whole compiler: takes the canonical document of a playbook, gives the engine's playbook, the settings,
and all findings. Calls the compilers of all sections in the order in which they need one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.engine.compiled.card import Card
from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import TAIPEI, WHOLE_DAY, Audience, Playbook
from bot.model.problem import Problem
from bot.model.settings import EnvironmentValue, Settings
from bot.playbook.canonical.document import version_of
from bot.playbook.compile.actions.steps import steps_of
from bot.playbook.compile.broadcasts import audiences_of, broadcasts_of
from bot.playbook.compile.conditions.splits import splits_of
from bot.playbook.compile.connections.address_checks import check_addresses
from bot.playbook.compile.connections.call_checks import check_alerts, check_hooks
from bot.playbook.compile.connections.channels import channel_rules
from bot.playbook.compile.connections.outside import consent_shops, settings_of, sms_texts
from bot.playbook.compile.connections.people import (
    attributes_of,
    privacy_of,
    retention_days,
    retention_of,
    shop_tags,
    tags_of,
)
from bot.playbook.compile.connections.shop_checks import check_shops, check_sms
from bot.playbook.compile.flows.flow_views import flow_views, variant_views
from bot.playbook.compile.flows.flows import flow_of
from bot.playbook.compile.flows.forms import forms_of
from bot.playbook.compile.flows.rules import rules_of
from bot.playbook.compile.member_card import member_card_of
from bot.playbook.compile.menus import menus_of
from bot.playbook.compile.messages.cards import Cards
from bot.playbook.compile.nouns import (
    check_names,
    fields_of,
    hooks_of,
    links_of,
    pushes_per_person,
    reserved_for_high,
    sms_per_day,
    store_groups_of,
    stores_of,
)
from bot.playbook.compile.scope.book import Book
from bot.playbook.compile.scope.known_names import known_names
from bot.playbook.compile.scope.scope import Makers, Scope
from bot.playbook.compile.scope.used_cards import compiled_card
from bot.playbook.compile.values.hours import hours_of
from bot.playbook.compile.values.pictures import sha256_of
from bot.playbook.promotions import LANGUAGE_PARTS
from bot.playbook.read import AssetFile, ParsedPlaybook
from bot.playbook.shape.formats import FORMATS
from bot.playbook.syntax.nodes import Scalar


@dataclass(frozen=True)
class Compiled:
    """The result of compiling; the playbook is complete only where no phase has found an error."""

    playbook: Playbook
    settings: Settings
    problems: tuple[Problem, ...]
    beside: Mapping[str, AssetFile]
    """The files beside the YAML that the playbook uses, by their path from its folder."""
    marks: tuple[str, ...]
    """What the version depends on beside the document: `name@sha256` of lists of people and other files."""


def compiled(document: ParsedPlaybook, key_ring: EnvironmentValue) -> Compiled:
    """Compile a document that has been read, checked by its shape, and made canonical. `key_ring` has the
    keys for encryption where the playbook names none."""
    book = Book(
        root=document.root,
        folder=document.folder,
        refused=document.refused,
        find=document.find,
        lost=document.lost,
        left_out=document.left_out,
    )
    scope = Scope(book, Makers(steps_of, lambda scope, node, key: Cards(scope).card(node, key)))
    book.zone = _zone(scope)
    _look_up(scope)
    check_names(scope)
    playbook = _playbook(scope)
    settings = replace(settings_of(scope, key_ring), files=book.files)
    beside = {name: AssetFile(book.beside[name], digest) for name, digest in book.digests.items()}
    return Compiled(playbook, settings, tuple(book.problems), beside, book.marks)


def _look_up(scope: Scope) -> None:
    """Fill the book with what all other parts refer to (names, types, flows, channels), and check
    connections."""
    book = scope.book
    book.attributes = attributes_of(scope)
    book.signals.update(fields_of(scope, "signals"))
    book.returns.update(fields_of(scope, "hooks", "returns"))
    book.flows.update(flow_views(scope))
    book.names = known_names(book.root, {name: flow.node for name, flow in book.flows.items()}, book.left_out)
    book.channels.update((rules.name, rules) for rules in channel_rules(scope))
    check_shops(scope)
    check_sms(scope)
    check_hooks(scope)
    check_alerts(scope)
    check_addresses(scope)


def _playbook(scope: Scope) -> Playbook:
    """Compile all sections. The version comes last, when all files are known."""
    book, root = scope.book, scope.book.root
    privacy = privacy_of(scope)
    if privacy is not None:
        book.cards[privacy.card.key] = privacy.card
    hooks = hooks_of(scope)
    hours = {name: hours_of(scope, node) for name, (_, node) in book.section("hours").items()}
    book.hours.update(hours)
    audiences = audiences_of(scope)
    for kind, part in LANGUAGE_PARTS.by_kind.items():
        book.promotions[kind.section] = part.compiled(scope)
    return Playbook(
        bot=_text(scope, "bot"),
        channels=book.channels,
        rules=rules_of(scope, root.get("rules"), "rule"),
        zone=book.zone,
        language=_text(scope, "language") or "zh-TW",
        hours=hours,
        tags=tags_of(scope),
        attributes=book.attributes,
        flows=_flows(scope),
        variants=_variants(scope),
        menus=menus_of(scope),
        audiences=audiences,
        broadcasts=broadcasts_of(scope),
        forms=forms_of(scope),
        hooks=hooks,
        promotions=book.promotions,
        links=links_of(scope),
        signals=book.signals,
        splits=splits_of(scope),
        stores=stores_of(scope),
        store_groups=store_groups_of(scope),
        member_card=member_card_of(scope),
        privacy=privacy,
        pushes_per_person=pushes_per_person(scope),
        reserved_for_high=reserved_for_high(scope),
        sms_per_day=sms_per_day(scope),
        consent_from=scope.word(root.get("consent_from"), ("shop", "here", "strictest"), "strictest"),
        consent_to=consent_shops(scope),
        conversation_ends_after=scope.duration(root.get("conversation_ends_after")) or WHOLE_DAY,
        keep_conversations=retention_days(scope),
        keep=retention_of(scope),
        testers=tuple(tester.value for tester in scope.scalars(root.get("testers"))),
        shop_tags=shop_tags(scope),
        tag_names=book.names["tags"],
        sms_texts=sms_texts(scope),
        cards=_cards(scope),
        taps=book.taps,
        version=version_of(root, _marks(scope, audiences)),  # last: all files are known now
    )


def _marks(scope: Scope, audiences: Mapping[str, Audience]) -> list[str]:
    """What the version depends on beside the document: lists of people, and other files, each with its
    hash."""
    book = scope.book
    lists = [audience.people.key for audience in audiences.values() if audience.people]
    read = {one.csv for one in audiences.values() if one.csv is not None}
    digests = ((name, _digest(path)) for name, path in book.beside.items())
    book.digests = {name: digest for name, digest in digests if digest is not None}
    others = sorted(f"{name}@{digest}" for name, digest in book.digests.items() if name not in read)
    book.marks = (*lists, *others)
    return list(book.marks)


def _digest(path: Path) -> str | None:
    """The sha256; `None` for a file that cannot be read, which is reported as a problem."""
    try:
        return sha256_of(path)
    except OSError:
        return None


def _cards(scope: Scope) -> Mapping[str, Card]:
    """All named cards, also those that nothing sends."""
    for name in scope.book.section("cards"):
        compiled_card(scope, name)
    return scope.book.cards


def _flows(scope: Scope) -> dict[str, Flow]:
    keys = scope.book.section("flows")
    return {name: flow_of(scope, here, keys[name][0]) for name, here in scope.book.flows.items()}


def _variants(scope: Scope) -> dict[tuple[str, str], Flow]:
    """By (channel, flow): the flow with the channel's own settings."""
    keys = scope.book.section("flows")
    return {
        (channel, here.name): flow_of(scope, here, keys[here.name][0])
        for channel, here in variant_views(scope)
    }


def _text(scope: Scope, section: str) -> str:
    """The text of a section that is a single value; empty where there is none."""
    node = scope.book.root.get(section)
    return "" if not isinstance(node, Scalar) or node.nothing else node.value


def _zone(scope: Scope) -> ZoneInfo:
    """The time zone of the playbook; Taipei where none, or an unknown one, is written."""
    name = _text(scope, "timezone")
    return ZoneInfo(name) if name and FORMATS["timezone"](name) is None else TAIPEI
