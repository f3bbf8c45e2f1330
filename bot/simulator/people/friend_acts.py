"""What a friend does on the phone, and the webhook that follows from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any

from bot.engine.texts.text import utf16_units
from bot.model.clock import Clock
from bot.playbook.compile.values.pictures import header_of
from bot.simulator.people.courier import Courier
from bot.simulator.people.menu_feed import MenusShown
from bot.simulator.people.webhook_events import MESSAGE_TYPES, new_event, new_message, source_of
from bot.simulator.state.account import Account, Accounts
from bot.simulator.state.chats import ChatMessage, Chats, Friend, Full, Group
from bot.simulator.state.feed import Feed
from bot.simulator.state.liff_settings import LiffSettings
from bot.simulator.state.line_ids import milliseconds, new_chat_id, new_message_id, new_user_id, read_token
from bot.simulator.state.one_time_tokens import ReplyTokens
from bot.simulator.state.parcel import Parcel
from bot.simulator.state.pictures import PICTURE_AT_MOST, PictureBytes, Pictures
from bot.simulator.state.state_json import friend_json, group_json, message_json

NAME_AT_MOST = 20
"""Characters in a display name on LINE."""
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""RFC 5646, as far as LINE writes it."""
TEXT_AT_MOST = 10_000
"""UTF-16 units of a text that a person sends."""
STAFF_TEXT_AT_MOST = 5_000
"""UTF-16 units of a text that staff send: as many as a text of the account has anywhere."""
POSTBACK_AT_MOST = 300
"""UTF-16 units of the data of a postback."""
_NOT_SHOWN = frozenset({"id", "quoteToken", "markAsReadToken"})
"""Properties of a message that the phone does not get."""


class CannotAct(Exception):
    """An act or a call is not possible now. `code` is stable, one of `STATUS` in `control.json_calls`.

    `more` stands beside both in the answer: `sentence`, by language; `free`, a free name.
    """

    def __init__(self, code: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.code = code
        self.more = more


@dataclass(frozen=True, slots=True)
class FriendActs:
    """Every act checks, changes the chats, publishes the change for the page, and sends the webhook. Each
    returns the ids of the webhook event and of the message. Raises `CannotAct`."""

    accounts: Accounts
    chats: Chats
    clock: Clock
    courier: Courier
    feed: Feed
    tokens: ReplyTokens
    menus: MenusShown
    pictures: Pictures

    def as_json(self, friend: Friend) -> dict[str, Any]:
        """How the friend looks in the JSON interface."""
        return friend_json(friend, self.menus.to(friend))

    def add(self, channel: Any, name: Any) -> Friend:
        """A new person, who has not yet added the account."""
        if not isinstance(channel, str) or channel not in self.accounts.by_name:
            raise CannotAct("unknown", "no such channel")
        return self._keep(Friend(new_user_id(), channel, _name(name)))

    def change(self, friend: Friend, name: Any = None, language: Any = None) -> Friend:
        """Another display name, or LINE in another language. LINE sends no webhook for either."""
        if name is not None:
            friend = replace(friend, name=_name(name))
        if language is not None:
            friend = replace(friend, language=_language(language))
        return self._keep(friend)

    def set_liff(self, friend: Friend, settings: LiffSettings) -> Friend:
        """Change how LIFF behaves on this phone."""
        return self._keep(replace(friend, liff=settings))

    def follow(self, friend: Friend) -> dict[str, str]:
        """Add the account as a friend, or unblock it."""
        if friend.standing == "friend":
            raise CannotAct("standing", "is a friend already")
        event = self._event(friend, None, "follow", answerable=True)
        event["follow"] = {"isUnblocked": friend.standing == "blocked"}
        friend = self._keep(replace(friend, standing="friend"))
        return self._dispatch(friend.channel, friend.id, event)

    def unblock(self, friend: Friend) -> dict[str, str]:
        """Unblock the account: to LINE a follow."""
        if friend.standing != "blocked":
            raise CannotAct("standing", "has not blocked the account")
        return self.follow(friend)

    def block(self, friend: Friend) -> dict[str, str]:
        """Block the account: an unfollow, without a reply token."""
        if friend.standing != "friend":
            raise CannotAct("standing", "is no friend")
        friend = self._keep(replace(friend, standing="blocked"))
        return self._dispatch(friend.channel, friend.id, self._event(friend, None, "unfollow"))

    def send_text(self, friend: Friend, text: Any, group: Any = None) -> dict[str, str]:
        """A text, exactly as given."""
        return self.send(friend, "text", {"text": text}, group)

    def send(self, friend: Friend, kind: Any, content: Any = None, group: Any = None) -> dict[str, str]:
        """A message of another type; `content` overrides the usual sticker, place and so on."""
        if kind not in MESSAGE_TYPES or not isinstance(content, dict | None):
            raise CannotAct("invalid", "type must be one of " + ", ".join(MESSAGE_TYPES))
        if kind == "text":
            _check_text((content or {}).get("text"))
        return self._send(friend, new_message(kind, content or {}, self.clock.now()), group)

    def send_picture(
        self, friend: Friend, content: bytes, group: Any = None, of: Mapping[str, Any] | None = None
    ) -> dict[str, str]:
        """A picture of the friend's own: the bot reads it by its message's id. `of`: its `imageSet`."""
        kind = header_of(BytesIO(content)).kind
        if kind not in ("JPEG", "PNG") or len(content) > PICTURE_AT_MOST:
            raise CannotAct("invalid", "a picture is a JPEG or PNG of at most 10 MB")
        message = new_message("image", {"imageSet": of} if of else {}, self.clock.now())
        self._check_may_send(friend, group)
        picture = PictureBytes("image/jpeg" if kind == "JPEG" else "image/png", content)
        self.pictures.keep(message["id"], friend.channel, picture)
        return self._send(friend, message, group, picture=f"pictures/{message['id']}")

    def show(
        self, friend: Friend, kind: str, content: Mapping[str, Any], group: Any = None
    ) -> dict[str, str]:
        """Show a message that a page sends in the person's name and of which LINE sends no webhook."""
        where = self._check_may_send(friend, group)
        shown = ChatMessage(
            new_message_id(self._now()),
            where.id if where else friend.id,
            friend.id,
            milliseconds(self._now()),
            {"type": kind, **content},
            "friend",
        )
        self.chats.keep_message(shown)
        self.feed.publish("message", message_json(shown))
        return {"message": shown.id}

    def staff_writes(self, friend: Friend, text: Any) -> dict[str, str]:
        """What staff write in LINE's own chat: free, and without a webhook."""
        if not isinstance(text, str) or not text.strip() or utf16_units(text) > STAFF_TEXT_AT_MOST:
            raise CannotAct("invalid", f"text must be 1 to {STAFF_TEXT_AT_MOST} characters")
        self._must_not_block(friend)
        if not friend.known:
            raise CannotAct("standing", "has never written, and is no friend")
        now = self._now()
        written = ChatMessage(
            new_message_id(now), friend.id, "bot", milliseconds(now), {"type": "text", "text": text}, "staff"
        )
        self.chats.keep_message(written)
        self.feed.publish("message", message_json(written))
        return {"message": written.id}

    def _check_may_send(self, friend: Friend, group: Any) -> Group | None:
        where = self._group(friend, group)
        self._must_not_block(friend)
        return where

    def _send(self, friend: Friend, message: dict[str, Any], group: Any, **shown: str) -> dict[str, str]:
        """Send a message; `shown` is content that the page gets and the bot does not."""
        where = self._check_may_send(friend, group)
        chat = where.id if where else friend.id
        message = message | {"markAsReadToken": read_token(chat, message["id"])}
        event = self._event(friend, where, "message", answerable=True) | {"message": message}
        if where is None:
            self.chats.keep_friend(replace(friend, spoke=self._now()))  # nothing that the page shows
        self._show(chat, friend, message | shown, event)
        return self._dispatch(friend.channel, chat, event, message["id"])

    def unsend(self, friend: Friend, message: Any) -> dict[str, str]:
        """Take back a message of the friend's own; its contents are forgotten here too."""
        kept = self.message_of(friend, message)
        if kept.author != friend.id or kept.unsent or kept.delivery == "sent":
            raise CannotAct("standing", "that message cannot be unsent")
        self._must_not_block(friend)
        bare = replace(kept, content={"type": kept.content["type"]}, unsent=True)
        self.chats.keep_message(bare)
        self.pictures.forget(kept.id)
        self.feed.publish("message", message_json(bare))
        event = self._event(friend, self.chats.groups.get(kept.chat), "unsend")
        event["unsend"] = {"messageId": kept.id}
        return self._dispatch(friend.channel, kept.chat, event)

    def watched(self, friend: Friend, message: Any) -> dict[str, str]:
        """Watch a video to its end: an event where the bot gave it a `trackingId`."""
        kept = self.message_of(friend, message)
        tracking = kept.content.get("trackingId")
        if kept.author != "bot" or kept.content["type"] != "video" or not tracking:
            raise CannotAct("invalid", "that is no video with a trackingId")
        self._must_not_block(friend)
        event = self._event(friend, None, "videoPlayComplete", answerable=True)
        event["videoPlayComplete"] = {"trackingId": tracking}
        return self._dispatch(friend.channel, kept.chat, event)

    def seen(self, friend: Friend, messages: Any = None) -> int:
        """The phone shows these messages, or all of the chat: LINE counts those under a unit's name."""
        if messages is None:
            messages = [one.id for one in self.chats.messages(friend.id)]
        if not isinstance(messages, list) or not all(isinstance(one, str) for one in messages):
            raise CannotAct("invalid", "messages must be a list of ids")
        kept = [self.chats.message(friend.id, one) for one in dict.fromkeys(messages)]
        counted = [one for one in kept if one is not None and one.counted]
        units = self.accounts.by_name[friend.channel].units
        for one in counted:
            units.on_impression(one.id, friend.id, self._now())
        return len(counted)

    def opened(self, friend: Friend, message: Any, action: Mapping[str, Any]) -> None:
        """The friend has opened an address in a message: LINE counts that under the unit's name."""
        kept, url = self.message_of(friend, message), action.get("uri")
        if kept.counted and isinstance(url, str):
            self.accounts.by_name[friend.channel].units.opened(kept.id, url, friend.id, self._now())

    def postback(
        self, friend: Friend, data: Any, params: Any = None, display: Any = None, group: Any = None
    ) -> dict[str, str]:
        """A tapped button; `display` is what LINE shows in the person's name, without an event of its own."""
        if not isinstance(data, str) or utf16_units(data) > POSTBACK_AT_MOST:
            raise CannotAct("invalid", f"data must be at most {POSTBACK_AT_MOST} characters")
        if not isinstance(params, dict | None) or not isinstance(display, str | None):
            raise CannotAct("invalid", "params must be an object, displayText a text")
        where = self._group(friend, group)
        self._must_not_block(friend)
        event = self._event(friend, where, "postback", answerable=True)
        event["postback"] = {"data": data} | ({"params": params} if params else {})
        chat = where.id if where else friend.id
        if display:
            self._show(chat, friend, new_message("text", {"text": display}, self.clock.now()), event)
        return self._dispatch(friend.channel, chat, event)

    def invite(self, friend: Friend, name: Any = None, kind: Any = "group") -> dict[str, str]:
        """Take the account into a new group or room of this friend."""
        if kind not in ("group", "room"):
            raise CannotAct("invalid", "kind must be group or room")
        title = _name(name) if name is not None else "群組"
        group = Group(new_chat_id(kind), kind, friend.channel, title, friend.id)
        try:
            self.chats.keep_group(group)
        except Full:
            raise CannotAct("full", "there are too many groups") from None
        self.feed.publish("group", group_json(group))
        event = self._event(friend, group, "join", answerable=True)
        event["source"].pop("userId")
        return self._dispatch(friend.channel, group.id, event) | {"group": group.id}

    def _event(
        self, friend: Friend, group: Group | None, kind: str, *, answerable: bool = False
    ) -> dict[str, Any]:
        return new_event(kind, source_of(friend, group), self.clock.now(), answerable=answerable)

    def _dispatch(
        self, channel: str, chat: str, event: dict[str, Any], message: str | None = None
    ) -> dict[str, str]:
        account: Account = self.accounts.by_name[channel]
        if "replyToken" in event:
            self.tokens.issue(event["replyToken"], chat, channel, self._now())
        self.courier.send(Parcel(account, chat, event, message))
        ids = {"event": str(event["webhookEventId"])}
        return ids | ({"message": message} if message else {})

    def _show(self, chat: str, friend: Friend, message: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        content = {key: value for key, value in message.items() if key not in _NOT_SHOWN}
        waiting = event["type"] == "message"
        shown = ChatMessage(
            message["id"],
            chat,
            friend.id,
            event["timestamp"],
            content,
            "friend",
            "waiting" if waiting else "sent",
            event["webhookEventId"],
        )
        self.chats.keep_message(shown)
        self.feed.publish("message", message_json(shown))

    def message_of(self, friend: Friend, message: Any) -> ChatMessage:
        """A message in the friend's own chat or in a group of theirs. Raises `CannotAct`."""
        groups = [group.id for group in self.chats.groups.values() if group.member == friend.id]
        for chat in (friend.id, *groups):
            kept = self.chats.message(chat, message) if isinstance(message, str) else None
            if kept is not None:
                return kept
        raise CannotAct("unknown", "no such message, or no longer kept")

    def _group(self, friend: Friend, group: Any) -> Group | None:
        if group is None:
            return None
        found = self.chats.groups.get(group) if isinstance(group, str) else None
        if found is None or found.channel != friend.channel:
            raise CannotAct("unknown", "no such group")
        if not found.joined:
            raise CannotAct("standing", "the account has left this group")
        return found

    def _must_not_block(self, friend: Friend) -> None:
        if friend.standing == "blocked":
            raise CannotAct("standing", "has blocked the account")

    def _keep(self, friend: Friend) -> Friend:
        try:
            self.chats.keep_friend(friend)
        except Full:
            raise CannotAct("full", "there are too many friends") from None
        self.feed.publish("friend", self.as_json(friend))
        return friend

    def _now(self) -> datetime:
        return self.clock.now()


def _check_text(text: Any) -> None:
    if not isinstance(text, str) or not text or utf16_units(text) > TEXT_AT_MOST:
        raise CannotAct("invalid", f"text must be 1 to {TEXT_AT_MOST} characters")


def _language(language: Any) -> str:
    if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
        raise CannotAct("invalid", "language must be such as zh-TW, en or ja")
    return language


def _name(name: Any) -> str:
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= NAME_AT_MOST:
        raise CannotAct("invalid", f"name must be 1 to {NAME_AT_MOST} characters")
    return name.strip()
