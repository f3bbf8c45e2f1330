"""What LINE's API says about an official account and its friends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.event import Profile


@dataclass(frozen=True, slots=True)
class BotInfo:
    """https://developers.line.biz/en/reference/messaging-api/#get-bot-info

    `basic_id` with its `@`; `chat_mode` is `chat` or `bot`, or what LINE has added since.
    """

    user_id: str
    basic_id: str
    name: str
    picture: str | None
    chat_mode: str | None


@dataclass(frozen=True, slots=True)
class Quota:
    """This month's paid messages: `limit` (`None`: none is set) and how many are used, about.

    https://developers.line.biz/en/reference/messaging-api/#get-quota
    """

    limit: int | None
    used: int


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """https://developers.line.biz/en/reference/messaging-api/#get-webhook-endpoint-information

    `active` is the switch "Use webhook", which no API can turn.
    """

    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class FollowersPage:
    """A page of friends. `next`: where the next page begins, valid for 24 hours; `None` after the last.

    https://developers.line.biz/en/reference/messaging-api/#get-follower-ids
    """

    users: tuple[str, ...]
    next: str | None


def profile_from(answer: Mapping[str, Any]) -> Profile:
    """The profile in an answer. Raises `KeyError` where it has no name."""
    return Profile(_text(answer, "displayName"), _maybe(answer, "language"), _maybe(answer, "pictureUrl"))


def bot_info_from(answer: Mapping[str, Any]) -> BotInfo:
    """The account in an answer. Raises `KeyError` where user id, basic id or name is missing."""
    return BotInfo(
        user_id=_text(answer, "userId"),
        basic_id=_text(answer, "basicId"),
        name=_text(answer, "displayName"),
        picture=_maybe(answer, "pictureUrl"),
        chat_mode=_maybe(answer, "chatMode"),
    )


def quota_from(quota: Mapping[str, Any], consumption: Mapping[str, Any]) -> Quota:
    """The month's quota in two answers. Raises `KeyError` where a number is missing."""
    limit = _number(quota, "value") if _text(quota, "type") == "limited" else None
    return Quota(limit, _number(consumption, "totalUsage"))


def webhook_endpoint_from(answer: Mapping[str, Any]) -> WebhookEndpoint:
    """The endpoint in an answer. Raises `KeyError` where there is none."""
    return WebhookEndpoint(_text(answer, "endpoint"), answer.get("active") is True)


def followers_from(answer: Mapping[str, Any]) -> FollowersPage:
    """The page of friends in an answer. Raises `KeyError` where there is no list."""
    if not isinstance(users := answer.get("userIds"), list):
        raise KeyError("userIds")
    return FollowersPage(
        tuple(user for user in users if isinstance(user, str)), _maybe(answer, "next") or None
    )


def _text(answer: Mapping[str, Any], key: str) -> str:
    if not isinstance(value := answer.get(key), str):
        raise KeyError(key)
    return value


def _maybe(answer: Mapping[str, Any], key: str) -> str | None:
    value = answer.get(key)
    return value if isinstance(value, str) else None


def _number(answer: Mapping[str, Any], key: str) -> int:
    if type(value := answer.get(key)) is not int:
        raise KeyError(key)
    return value
