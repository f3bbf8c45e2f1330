"""Compiles the settings of all that the bot is connected to, with its secrets: database, shops, SMS, hooks,
alerts (language, section 10); and the texts of SMS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import get_args

from bot.connectors.manifest import keys_of
from bot.connectors.shops.platforms import PLATFORMS
from bot.connectors.sms.providers import PROVIDERS, usual_settings
from bot.engine.texts.template import Placeholder, Template
from bot.model.admin import FACTOR_BY_DEFAULT, ROLES, AdminRole
from bot.model.alert import AlertWay
from bot.model.settings import (
    IN_LOG,
    Alert,
    EnvironmentValue,
    HookSettings,
    MappedField,
    PublishRules,
    Settings,
    ShopSettings,
    SmsSettings,
)
from bot.model.translatable import tr
from bot.playbook.compile.connections.call_checks import host_name
from bot.playbook.compile.connections.channels import channel_settings
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.syntax.nodes import Map, Node, Scalar, leaves

CREDENTIALS = frozenset((*keys_of(PLATFORMS.values()), *keys_of(PROVIDERS.values())))
"""The keys of shops and SMS that are credentials of a connector."""
ONE_PART = 70
"""Characters of an SMS in Chinese that are sent, and paid, as one part."""
_WEB_ADDRESS = re.compile(
    r"https?://|www\.|[A-Za-z0-9-]+\.(?:com|net|org|tw|io|me|app|shop|example)\b", re.IGNORECASE
)
"""Text that carriers' filters take for a web address: a scheme, `www.`, or a usual top-level domain."""


_TOKEN_LEAST = 32
"""Fewest characters of `api_token`: 16 random bytes in hex."""


def settings_of(scope: Scope, key_ring: EnvironmentValue) -> Settings:
    """The settings of the playbook. `key_ring` has the keys for encryption where the playbook names none."""
    blocks, keys = scope.book.blocks, _alone(scope, "keys")
    by_default: dict[tuple[str, ...], EnvironmentValue] = {} if keys else {("keys",): key_ring}
    return Settings(
        channels=channel_settings(scope),
        database=_alone(scope, "database") or "embedded",
        keys=keys or key_ring.value,
        shops={key.value: _shop(key.value, node) for key, node in blocks("shops")},
        sms={key.value: _sms(scope, key.value, node) for key, node in blocks("sms")},
        hooks={key.value: _hook(scope, key.value, node) for key, node in blocks("hooks")},
        private_hosts=tuple(
            host_name(scalar.value) for scalar in scope.scalars(scope.book.root.get("private_hosts"))
        ),
        alerts=tuple(_alert(scope, node) for node in scope.items(scope.book.root.get("alerts"))),
        written={**_environment_values(scope.book.root), **by_default},
        api_token=_api_token(scope),
        second_factor=_second_factor(scope),
        publish=publish_rules(scope.book.root),
    )


def publish_rules(root: Map) -> PublishRules:
    """How drafts are published, from the section `publish` of a canonical document: whether another person
    must approve, and whether the folder is the source."""
    found = _texts(root.get("publish"))
    return PublishRules(found.get("approval") == "true", found.get("from") == "folder")


def _second_factor(scope: Scope) -> frozenset[AdminRole]:
    """The roles that need a second factor to sign in; the default where the playbook has none."""
    node = scope.book.root.get("second_factor")
    if node is None:
        return FACTOR_BY_DEFAULT
    return scope.words(node, ROLES)


def _api_token(scope: Scope) -> str | None:
    """The token of `POST /api/events`; warns of one from the environment that is short enough to be
    guessed."""
    node = scope.book.root.get("api_token")
    token = _text(node)
    if isinstance(node, Scalar) and token and node.names and not node.unset and len(token) < _TOKEN_LEAST:
        message = tr(
            "{key} has fewer than {least} characters: somebody may guess it",
            key="api_token",
            least=_TOKEN_LEAST,
        )
        hint = tr("make one with  openssl rand -hex 32  and write it into the environment or the file .env")
        scope.wrong(node, "bad-value", message, hint, level="warning")
    return token


def _environment_values(root: Node) -> dict[tuple[str, ...], EnvironmentValue]:
    """The values that are filled from the environment, raw and filled, by their path; items of lists by
    number."""
    return {
        tuple(map(str, path)): EnvironmentValue(value.raw, value.value)
        for path, value in leaves(root)
        if isinstance(value, Scalar) and value.raw is not None and value.names
    }


def _alone(scope: Scope, section: str) -> str | None:
    """The text of a section that is a single value; `None` where it is empty or not there."""
    return _text(scope.book.root.get(section))


def _text(node: Node | None) -> str | None:
    """The text of a node, if there is one and it is not empty."""
    return node.value or None if isinstance(node, Scalar) and not node.nothing else None


def _texts(node: Node | None) -> dict[str, str]:
    """The texts of a block by key, without empty ones."""
    pairs = node.pairs if isinstance(node, Map) else {}
    return {key: text for key, (_, value) in pairs.items() if (text := _text(value)) is not None}


def _credentials(node: Map) -> dict[str, str]:
    """The credentials in the block of a shop or SMS, by key."""
    return {key: text for key, text in _texts(node).items() if key in CREDENTIALS}


def _shop(name: str, node: Map) -> ShopSettings:
    consent = mapped_field(node.get("consent"))
    return ShopSettings(
        name=name,
        platform=_text(node.get("platform")) or "",
        access=_text(node.get("access")),
        credentials=_credentials(node),
        file=_text(node.get("file")),
        channel=_text(node.get("channel")),
        attributes=mapped_fields(node),
        tags=_texts(node.get("tags")),
        consent=consent.theirs or None,
        writes_consent=consent.write,
    )


def mapped_fields(shop: Map) -> Mapping[str, MappedField]:
    """By our attribute: the field of the shop that it is read from."""
    node = shop.get("attributes")
    pairs = node.pairs if isinstance(node, Map) else {}
    return {ours: mapped_field(theirs) for ours, (_, theirs) in pairs.items()}


def consent_shops(scope: Scope) -> tuple[str, ...]:
    """The names of the shops to which consent to marketing is written back."""
    shops = scope.book.blocks("shops")
    return tuple(name.value for name, node in shops if mapped_field(node.get("consent")).write)


def mapped_field(theirs: Node | None) -> MappedField:
    """The shop's field, written alone or as `{from: …, write: true}`; empty where none is written."""
    field = theirs.get("from") if isinstance(theirs, Map) else theirs
    write = isinstance(theirs, Map) and _text(theirs.get("write")) == "true"
    return MappedField(_text(field) or "", write)


def _sms(scope: Scope, name: str, node: Map) -> SmsSettings:
    provider, credentials = _text(node.get("provider")) or IN_LOG, _credentials(node)
    price, warn = scope.number(node.get("price")), scope.whole(node.get("warn_below"))
    return SmsSettings(name, provider, credentials, price, warn)


def sms_texts(scope: Scope) -> dict[str, Template]:
    """The text of the SMS with a one-time code, by the entry of `sms`."""
    return {name.value: _sms_text(scope, node) for name, node in scope.book.blocks("sms")}


def _reaches_people(scope: Scope, node: Map) -> None:
    """Warn of a provider that sends nothing, such as the log, beside a MongoDB of one's own: that playbook
    serves real people."""
    provider = node.get("provider")
    known = PROVIDERS.get(_text(provider) or IN_LOG)
    is_of_people = (_alone(scope, "database") or "").startswith("mongodb")
    if known is not None and not known.reaches_people and is_of_people:
        message = tr("one-time codes are written into the log here, and no SMS is sent")
        hint = tr("name who sends them:  {settings}, …", settings=usual_settings(1))
        scope.wrong(provider or node, "sms-in-log", message, hint, level="warning")


def _sms_text(scope: Scope, node: Map) -> Template:
    """The text of one SMS; reports one without the code, one that may need more than one part, and one with a
    web address."""
    _reaches_people(scope, node)
    within = scope.at(sms=True, may_be_empty=True)
    written = scope.scalar(node.get("text"))
    if written is None:
        return Template(("您的驗證碼是 ", Placeholder("sms", "code"), "，請勿提供給任何人。"))
    template = within.template(written)
    codes = [part for part in template.placeholders if part.group == "sms"]
    if len(codes) != 1:
        message = tr("the text of an SMS holds the code once, this one {number} times", number=len(codes))
        scope.wrong(
            written, "sms-without-code", message, tr("write  {{ sms.code }}  where the code is to stand")
        )
    fixed = "".join(part for part in template.parts if isinstance(part, str))
    length = len(fixed) + sum(_longest(scope, part) for part in template.placeholders)
    if length > ONE_PART:
        message = tr(
            "this SMS has up to {length} characters, one part takes {most}",
            length=length,
            most=ONE_PART,
        )
        scope.wrong(
            written,
            "sms-over-one-part",
            message,
            tr("shorten it: each further part is paid like another SMS"),
        )
    if _WEB_ADDRESS.search(fixed):
        message = tr("this SMS holds a web address, which carriers' filters stop")
        scope.wrong(written, "sms-with-address", message, tr("leave the address out"))
    return template


def _longest(scope: Scope, part: Placeholder) -> int:
    """Most characters of a placeholder in an SMS, as far as they are known."""
    if part.group == "sms":
        return 6
    if part.group == "bot":
        return len(_alone(scope, "bot") or "")
    if part.group == "channel":
        names = [_text(node.get("app_name")) or "" for _, node in scope.book.blocks("channels")]
        return max((len(name) for name in names), default=0)
    return len(part.default or "")


def _hook(scope: Scope, name: str, node: Map) -> HookSettings:
    """The settings of one hook; `timeout` in seconds."""
    timeout, tries = scope.duration(node.get("timeout")), scope.whole(node.get("tries"))
    return HookSettings(
        name=name,
        url=_text(node.get("url")) or "",
        secret=_text(node.get("secret")),
        headers=_texts(node.get("headers")),
        timeout=10.0 if timeout is None else timeout.about.total_seconds(),
        tries=3 if tries is None else tries,
    )


def _alert(scope: Scope, node: Map) -> Alert:
    reasons = tuple(item.value for item in scope.scalars(node.get("when")))
    waiting = scope.duration(node.get("waiting"))
    if waiting is not None and "waiting" not in reasons:
        reasons = (*reasons, "waiting")
    return Alert(
        scope.word(node.get("to"), get_args(AlertWay), "mail"),
        _text(node.get("who")) or "",
        reasons,
        _text(node.get("through")),
        _text(node.get("secret")),
        scope.clock(node.get("digest")),
        None if waiting is None else waiting.about,
        _text(node.get("during")),
    )
