"""What happens on LINE's side when a friend taps something.

https://developers.line.biz/en/docs/messaging-api/actions/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.simulator.people.friend_acts import CannotAct, FriendActs
from bot.simulator.people.menu_feed import MenusShown
from bot.simulator.state.chats import Chats, Friend
from bot.simulator.state.menus import Menus

_HOLDERS = ("action", "defaultAction")
"""Keys whose value is an action."""


def actions_in(content: Any) -> Iterator[Mapping[str, Any]]:
    """All actions of a message, quick replies first: those are nearest to the finger."""
    if isinstance(content, Mapping) and "quickReply" in content:
        yield from actions_in(content["quickReply"])
        content = {key: value for key, value in content.items() if key != "quickReply"}
    if isinstance(content, list):
        for one in content:
            yield from actions_in(one)
        return
    if not isinstance(content, Mapping):
        return
    for key, value in content.items():
        if key in _HOLDERS and isinstance(value, Mapping):
            yield value
        elif key == "actions" and isinstance(value, list):
            yield from (one for one in value if isinstance(one, Mapping))
        else:
            yield from actions_in(value)


def labelled(actions: Iterator[Mapping[str, Any]], label: str) -> Mapping[str, Any] | None:
    """The first action with this label; an action without one goes by the text that it says."""
    for action in actions:
        if (action.get("label") or action.get("text")) == label:
            return action
    return None


ON_THE_PHONE = frozenset({"uri", "clipboard", "camera", "cameraRoll", "location"})
"""What the phone does by itself; LINE's servers hear nothing of it."""
_PICKED = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "time": re.compile(r"\d\d:\d\d"),
    "datetime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d"),
}
"""How LINE writes the value of a date picker, by its mode."""


class Taps:
    """Taps on actions: given whole, or found in a message or in the rich menu that the friend sees."""

    def __init__(self, acts: FriendActs, chats: Chats, menus: Menus, shown: MenusShown) -> None:
        self._acts = acts
        self._chats = chats
        self._menus = menus
        self._shown = shown

    def tap(self, friend: Friend, body: Mapping[str, Any]) -> dict[str, Any]:
        """Do what the tap does. The answer has the ids of the event, or `client`: the phone does it by
        itself."""
        action, group = self._action(friend, body), body.get("group")
        kind = _text(action, "type")
        if kind == "uri" and body.get("message") is not None:
            self._acts.opened(friend, body["message"], action)
        if kind in ON_THE_PHONE:
            return {"client": True, "action": dict(action)}
        match kind:
            case "message":
                return dict(self._acts.send_text(friend, _text(action, "text"), group))
            case "postback":
                return self._postback(friend, action, group)
            case "datetimepicker":
                picked = _picked(action, body.get("params"))
                return dict(self._acts.postback(friend, _text(action, "data"), picked, None, group))
            case "richmenuswitch":
                return self._switch(friend, action)
            case _:
                raise CannotAct("invalid", "the action's type is none of LINE's")

    def _postback(self, friend: Friend, action: Mapping[str, Any], group: Any) -> dict[str, Any]:
        data, text = _text(action, "data"), action.get("text")
        if text is not None:  # deprecated, and still heard by the bot
            self._acts.send_text(friend, text, group)
        return dict(self._acts.postback(friend, data, None, action.get("displayText"), group))

    def _switch(self, friend: Friend, action: Mapping[str, Any]) -> dict[str, Any]:
        """The alias's menu becomes the friend's own, until the bot unlinks or deletes it.

        https://developers.line.biz/en/docs/messaging-api/switch-rich-menus/
        """
        alias, data = _text(action, "richMenuAliasId"), _text(action, "data")
        menus = self._menus.of(friend.channel)
        target = menus.aliases.get(alias)
        if target is None:
            params = {"status": "RICHMENU_ALIAS_ID_NOTFOUND"}
        elif target not in menus.by_id:
            params = {"status": "RICHMENU_NOTFOUND"}
        else:
            params = {"newRichMenuAliasId": alias, "status": "SUCCESS"}
        ids = self._acts.postback(friend, data, params)
        if target in menus.by_id:
            with self._shown.change(friend.channel, friend.id):
                menus.links[friend.id] = target
        return {**ids, "menu": self._shown.to(friend), "status": params["status"]}

    def _action(self, friend: Friend, body: Mapping[str, Any]) -> Mapping[str, Any]:
        action = body.get("action")
        if action is not None:
            if not isinstance(action, dict):
                raise CannotAct("invalid", "action must be an object")
            return action
        label = body.get("label")
        if body.get("menu"):
            return self._in_menu(friend, label, body.get("area"))
        if not isinstance(label, str):
            raise CannotAct(
                "invalid", "say what to tap: action, or message and label, or menu and label or area"
            )
        kept = self._acts.message_of(friend, body.get("message"))
        found = labelled(actions_in(kept.content), label)
        if found is None:
            raise CannotAct("unknown", "no such button in that message")
        return found

    def _in_menu(self, friend: Friend, label: Any, area: Any) -> Mapping[str, Any]:
        menu = self._menus.of(friend.channel).by_id.get(self._shown.to(friend) or "")
        if menu is None:
            raise CannotAct("unknown", "the friend sees no rich menu")
        actions: list[Mapping[str, Any]] = [one["action"] for one in menu.form["areas"]]
        if type(area) is int and 0 <= area < len(actions):
            return actions[area]
        found = labelled(iter(actions), label) if isinstance(label, str) else None
        if found is None:
            raise CannotAct("unknown", "no such area in the rich menu")
        return found


def _text(action: Mapping[str, Any], name: str) -> str:
    value = action.get(name)
    if not isinstance(value, str):
        raise CannotAct("invalid", f"the action's {name} must be a text")
    return value


def _picked(action: Mapping[str, Any], params: Any) -> dict[str, str]:
    """The moment that was picked, if the picker would have offered it."""
    mode = action.get("mode")
    form = _PICKED.get(mode) if isinstance(mode, str) else None
    if form is None:
        raise CannotAct("invalid", "the action's mode must be date, time or datetime")
    value = params.get(mode) if isinstance(params, dict) else None
    if not isinstance(value, str) or not form.fullmatch(value) or len(params) != 1:
        raise CannotAct("invalid", f"params must have just {mode}, as LINE writes it")
    low, high = action.get("min"), action.get("max")
    if (isinstance(low, str) and value < low.upper()) or (isinstance(high, str) and value > high.upper()):
        raise CannotAct("invalid", "that is outside of what can be picked")
    return {str(mode): value}
