"""Compiles `channels` (official accounts) twice: into the rules that decisions read, and into the settings
with their secrets, which the engine never sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from bot.engine.compiled.playbook import HALF_A_DAY, ChannelRules
from bot.model.channel import Channel, GroupPolicy, Liff, PricePlan
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.syntax.nodes import Map, Node, Scalar, at_keys, place_of


def channel_rules(scope: Scope) -> Iterator[ChannelRules]:
    """The rules of each channel. Reports flows, pages and other names in it that are not there."""
    return (_rules(scope, name.value, node) for name, node in scope.book.blocks("channels"))


def _rules(scope: Scope, name: str, node: Map) -> ChannelRules:
    home = scope.scalar(at_keys(node, "liff", "home"))
    if home is not None:
        scope.has_name("pages", home)
    provider = scope.name("sms", node.get("sms"))
    within = scope.duration(node.get("answer_within"))
    return ChannelRules(
        name=name,
        title=scope.text(node.get("app_name")),
        groups=scope.word(node.get("groups"), get_args(GroupPolicy), "leave"),
        staff=scope.word(node.get("staff"), ("none", "line_chat", "console"), "none"),
        staff_silence=scope.duration(node.get("staff_silence")) or HALF_A_DAY,
        reasons=tuple(dict.fromkeys(one.value for one in scope.scalars(node.get("reasons")))),
        answer_within=None if within is None else within.about,
        answer_hours=scope.name("hours", node.get("answer_hours")),
        liff_id=_filled(at_keys(node, "liff", "liff_id")),
        home=None if home is None else home.value,
        has_sms=provider is not None,
        sms=provider,
        shop=scope.name("shops", node.get("shop")),
        paused={
            flow.value: place_of(flow)
            for flow in scope.scalars(node.get("paused"))
            if scope.has_name("flows", flow)
        },
    )


def _filled(node: object) -> str | None:
    """The text of a node, if there is one and it is not empty."""
    return node.value or None if isinstance(node, Scalar) and not node.nothing else None


def channel_settings(scope: Scope) -> Mapping[str, Channel]:
    """The settings of each channel, secrets included, by name."""
    return {name.value: _settings(scope, name.value, node) for name, node in scope.book.blocks("channels")}


def _settings(scope: Scope, name: str, node: Map) -> Channel:
    """The settings of one channel; `id` has one `@` in front, whether it is written or not."""

    def text(key: str) -> str | None:
        return _filled(node.get(key))

    return Channel(
        name=name,
        id="@" + (text("id") or "").removeprefix("@"),
        channel_id=text("channel_id") or "",
        channel_secret=text("channel_secret") or "",
        access_token=text("access_token"),
        app_name=text("app_name"),
        groups=scope.word(node.get("groups"), get_args(GroupPolicy), "leave"),
        liff=_liff(node.get("liff")),
        plan=_plan(scope, node.get("plan")),
        shop=text("shop"),
        sms=text("sms"),
        mark_read=scope.switch(node.get("mark_read")),
    )


def _liff(node: object) -> Liff | None:
    if not isinstance(node, Map):
        return None
    certified = _filled(node.get("certified_provider")) == "true"
    return Liff(
        login_channel_id=_filled(node.get("login_channel_id")) or "",
        liff_id=_filled(node.get("liff_id")) or "",
        certified_provider=certified,
        login_channel_secret=_filled(node.get("login_channel_secret")),
    )


def _plan(scope: Scope, node: Node | None) -> PricePlan | None:
    """The price of the account's plan: fee per month, messages included, price of a further one."""
    if not isinstance(node, Map):
        return None
    fee, extra = (scope.number(node.get(key)) for key in ("monthly_fee", "extra"))
    return PricePlan(fee, scope.whole(node.get("included")), extra)
