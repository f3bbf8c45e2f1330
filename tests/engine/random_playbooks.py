"""Random playbooks of every construct, as YAML (JSON is YAML), and random events for them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from random import Random
from typing import Any, get_args

from bot.model.contact import Clerk
from bot.model.event import (
    Facts,
    Follow,
    FormAct,
    News,
    Other,
    OtherMessage,
    Outcome,
    PageAnswer,
    PageOpened,
    Postback,
    TextMessage,
    Unfollow,
    What,
)
from bot.model.instance import ReservedMember
from bot.model.staff_order import StaffActs, StaffUnbinds

TEXTS = (
    "早安",
    "優惠",
    "ok",
    "查 12",
    "3",
    "2026-02-29",
    "停止推播",
    "０９１２３４５６７８",
    "x" * 30,
)
TAGS = ("甲", "乙", "VIP")
PRIVACY = ("controller", "purpose", "kinds", "period", "recipients", "rights_contact")
STATES = ("起", "承", "轉", "合")
FLOWS = ("alpha", "beta", "gamma")
ATTRIBUTES = {
    "points": "number",
    "city": "text",
    "day": "date",
    "at_time": "time",
    "seen": "date_time",
    "ok_now": "yes_no",
}
VALUES: dict[str, tuple[Any, ...]] = {
    "points": ("0", "3", "120.5"),
    "city": ("台北", "x"),
    "day": ("2024-02-29", "2026-09-05", "today"),
    "at_time": ("09:00", "23:59"),
    "seen": ("now",),
    "ok_now": ("true", "false"),
}


class Shape:
    """Draws a playbook; every construct of the language comes up within some dozens."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)

    def text(self) -> str:
        """The playbook's text."""
        return json.dumps(self.playbook(), ensure_ascii=False)

    def maybe(self, chance: float) -> bool:
        return self.dice.random() < chance

    def playbook(self) -> dict[str, Any]:
        dice = self.dice
        return {
            "bot": "亂數商店",
            "channels": {
                "main": {
                    "id": "@a",
                    "channel_id": "1",
                    "channel_secret": "x",
                    "shop": "forest",
                    "sms": "text",
                    "liff": {"login_channel_id": "1", "liff_id": "1-a"},
                },
                "second": {"id": "@b", "channel_id": "2", "channel_secret": "y"},
            },
            "sms": {"text": {"provider": "console", "text": "code {{ sms.code }}"}},
            "shops": {
                "forest": {"platform": "cyberbiz", "access": "app_store", "channel": "main", "attributes": {}}
            },
            "privacy": dict.fromkeys(PRIVACY, "x")
            | {"version": "1", "url": "https://a.example/p", "terms": "https://a.example/t"},
            "hours": {"夜間": "21:00-09:00", "白天": {"mon-fri": "09:30-18:30"}},
            "tags": {"甲": {"expires": "1d"}, "乙": {}, "VIP": {}},
            "attributes": ATTRIBUTES,
            "splits": {"實驗": {"左": 40, "右": 60}},
            "hooks": {
                "crm": {
                    "url": "https://a.example/h",
                    "secret": "s",
                    "body": {"a": "{{ attribute.points or 0 }}"},
                    "returns": {"status": "text"},
                    "save": {"city": "status"},
                }
            },
            "signals": {"ping": {"n": "number"}},
            "audiences": {"貴客": {"if": self.condition(2, fixed=True)}},
            "limits": {"pushes_per_person": "3 per 7d"},
            "cards": {
                "hello": {
                    "text": "嗨 {{ contact.name or 您 }} {{ attribute.points as number or 0 }}",
                    "quick_replies": ["早安"],
                },
                "tap_me": {
                    "buttons": {"text": "按", "taps": [{"label": "做", "do": self.actions(2, flow=False)}]}
                },
            },
            "forms": {
                "data": {
                    "title": "t",
                    "intro": "i",
                    "button": "b",
                    "fields": [{"ask": "幾點？", "answer": "number", "save": "points"}],
                    "done": {"trigger": "我填好了", "reply": "謝謝"},
                }
            },
            "flows": {name: self.flow(name) for name in FLOWS},
            "rules": [self.rule() for _ in range(dice.randrange(1, 7))],
        }

    # -- rules

    def rule(self) -> dict[str, Any]:
        rule: dict[str, Any] = {
            "when": self.trigger(),
            "do": self.actions(self.dice.randrange(1, 4), flow=False),
        }
        if self.maybe(0.4):
            rule["if"] = self.condition(2)
        if self.maybe(0.2):
            rule["once_per"] = self.dice.choice(("person", "conversation", "12h"))
            rule["name"] = f"r{self.dice.randrange(10_000)}"
        if self.maybe(0.2):
            rule[self.dice.choice(("interrupt", "also", "with_staff"))] = True
        return rule

    def trigger(self) -> Any:
        return self.dice.choice(
            (
                {"text": self.dice.choice(TEXTS)},
                {"text_contains": self.dice.choice(("優", "a", "早"))},
                {"text_contains_all": ["早", "安"]},
                {"text_pattern": "查 {n:digits}"},
                "anything_else",
                "image",
                {"postback": "p1"},
                *self.news(),
            )
        )

    def news(self) -> tuple[Any, ...]:
        tag = self.dice.choice(TAGS)
        return (
            "follow",
            {"tag_added": tag},
            {"tag_removed": tag},
            {"attribute_changed": "points"},
            {"shop": "order_paid"},
            {"signal": "ping"},
            {"enters": "貴客"},
            {"leaves": "貴客"},
            {"flow_ended": self.dice.choice(FLOWS)},
            {"marketing": "stopped"},
            {"bound": "phone"},
            "unfollow",
        )

    def condition(self, depth: int, *, fixed: bool = False) -> Any:
        dice = self.dice
        if depth and self.maybe(0.4):
            parts = [self.condition(depth - 1, fixed=fixed) for _ in range(dice.randrange(1, 3))]
            return dice.choice(({"any": parts}, {"all": parts}, {"not": parts[0]}))
        return dice.choice(
            (
                {"tag": dice.choice(TAGS)},
                {"bound": "phone"},
                {"attribute": {"points": {"at_least": 3}}},
                {"attribute": {"day": {"within": "7d"}}},
                {"attribute": {"city": {"starts_with": "台"}}},
                {"contact": {"last_seen": {"within": "1d"}}},
                {"contact": {"marketing": True}},
                {"split": {"實驗": "左"}},
                {"in_flow": dice.choice(FLOWS)},
                {"during": "夜間"},
                {"channel": "main"},
                {"staff": False},
                *(() if fixed else ({"audience": "貴客"},)),
            )
        )

    # -- actions

    def actions(self, count: int, *, flow: bool) -> list[Any]:
        drawn = [self.action(flow=flow) for _ in range(count)]
        exits = [action for action in drawn if "exit" in action]
        return [action for action in drawn if "exit" not in action] + exits[:1]  # nothing stands behind it

    def action(self, *, flow: bool) -> Any:
        dice = self.dice
        key = dice.choice(tuple(ATTRIBUTES))
        return dice.choice(
            (
                {"push": "哈囉 {{ contact.name }}"},
                {"push": "hello"},
                {"add_tags": [dice.choice(TAGS)]},
                {"remove_tags": [dice.choice(TAGS)]},
                {"set": {key: dice.choice(VALUES[key])}},
                {"increase": {"points": 1}},
                {"clear": key},
                {"start": dice.choice(FLOWS)},
                {"exit": dice.choice((*FLOWS, "everything"))},
                {"hand_over": "請看"},
                "hand_back",
                {"note": "x {{ attribute.city or 無 }}"},
                {"raise": {"signal": "ping", "values": {"n": 1}}},
                {"call": "crm"},
                "stop_marketing",
                "allow_marketing",
                {"unbind": "phone"},
                {"show": "看這裡"},
            )
        )

    def staying(self) -> list[Any]:
        """An action that does not leave the flow."""
        action = self.action(flow=True)
        return [{"note": "stays"} if "exit" in action else action]

    # -- flows

    def flow(self, name: str) -> dict[str, Any]:
        dice = self.dice
        journey = name == "beta" or self.maybe(0.3)
        flow: dict[str, Any] = {
            "states": {state: self.state(name, state) for state in STATES} | {"完": {"end": True}},
            "rules": [{"when": {"text": "離開"}, "to": "完"}],
        }
        if journey:
            starts = (*self.news()[:6], {"anniversary": "day", "days_before": 1, "at": "10:00"})
            flow |= {
                "when": dice.choice(starts),
                "once_per": dice.choice(("always", "person", "1d")),
                "if_late": dice.choice(("send", "skip", "next_morning", "exit")),
            }
            if self.maybe(0.5):
                flow["quiet_hours"] = "夜間"
            if self.maybe(0.5):
                flow["max_pushes"] = {"person": 2, "then": dice.choice(("skip", "exit"))}
        elif self.maybe(0.4):
            flow["page"] = True
        if self.maybe(0.2):
            flow["status"] = dice.choice(("closed", "paused", "stopped"))
        return flow

    def state(self, flow: str, name: str) -> dict[str, Any]:
        dice = self.dice

        def to() -> str:
            return str(dice.choice((*STATES, "完")))

        kind = dice.choice(("ask", "wait", "fork", "rest", "result", "run"))
        state: dict[str, Any] = {"do": self.actions(dice.randrange(1, 3), flow=True)}
        match kind:
            case "ask":
                answer, ways = dice.choice(
                    (
                        ("number", None),
                        ("text", None),
                        ("date", None),
                        ("phone", None),
                        (["好", "不好"], True),
                    )
                )
                state |= {
                    "ask": "怎麼樣？",
                    "answer": answer,
                    "otherwise": "再說一次",
                    "give_up_after": {"30m": "完"},
                    "tries": 2,
                    "too_many": "完",
                }
                state["next"] = {"好": to(), "不好": to()} if ways else to()
                if answer == "number" and self.maybe(0.5):
                    state["save"] = "points"
            case "wait":
                state |= {
                    "wait": dice.choice(("1h", "next day at 10:00", "until mon 08:00", "3d")),
                    "next": to(),
                }
            case "fork":
                state["branch"] = [{"if": self.condition(1), "to": to()}, {"to": to()}]
            case "rest":
                state["rules"] = [
                    {"when": self.trigger_in_state(), "do": self.staying(), "to": to()},
                    {"when": {"after": "2h"}, "to": "完"},
                ]
            case "result":
                state |= {
                    "do": [
                        {"result": {"trigger": "我好了", "do": [{"add_tags": ["VIP"]}, {"reply": "恭喜"}]}}
                    ],
                    "next": to(),
                }
            case _:
                others = [f for f in FLOWS if f > flow]  # never around in a circle
                if others:
                    state |= {"run": dice.choice(others), "next": to(), "give_up_after": {"1d": "完"}}
                else:
                    state["next"] = to()
        return state

    def trigger_in_state(self) -> Any:
        return self.dice.choice(({"text": self.dice.choice(TEXTS)}, *self.news()))


class Happenings:
    """Draws events for a person, of every kind."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)

    def moment(self, now: datetime) -> datetime:
        """The next moment: usually soon, sometimes weeks later, sometimes the clock was set back."""
        step = self.dice.choice((0, 1, 30, 600, 3600, 86_400, 8 * 86_400, 400 * 86_400, -7200))
        return now + timedelta(seconds=step)

    def what(self, asked: list[Any]) -> What:
        dice = self.dice
        if asked and dice.random() < 0.4:
            return self._outcome(dice.choice(asked))
        return dice.choice(
            (
                TextMessage(dice.choice((*TEXTS, "離開", "好", "我好了", "我填好了", "恢復推播"))),
                TextMessage(dice.choice((*TEXTS, "離開", "好", "我好了", "我填好了"))),
                TextMessage(dice.choice(("早安", "優惠", "3", "台北"))),
                OtherMessage("image", {"id": "1"}),
                OtherMessage("location", {"address": "台北", "title": 3}),
                Postback("p1", {}),
                Postback("~tap_me/做", {"date": "2026-01-01"}),
                Postback("~gone", {}),
                Follow(dice.random() < 0.5),
                Unfollow(),
                News(
                    "shop",
                    "order_paid",
                    {"amount": 880},
                    Facts({"n.points": dice.choice((3, 5000))}, {"VIP": True}, marketing=True),
                ),
                News("signal", "ping", {"n": 2}),
                StaffActs(dice.random() < 0.5),
                StaffUnbinds("phone"),
                PageOpened(dice.choice((*FLOWS, "data", "member_card", "unknown"))),
                PageAnswer(dice.choice(FLOWS), dice.choice(TEXTS)),
                PageAnswer("data", dice.choice(("5", "x"))),
                PageAnswer("data", "", act=dice.choice(get_args(FormAct))),
                Other("beacon", {"beacon": {"type": "enter"}}),
                Other("new-since", {}),
            )
        )

    def _outcome(self, action: Any) -> What:
        dice = self.dice
        found = ReservedMember("+886912345678", "7", {"n.points": 9}, until=None)
        return Outcome(
            dice.choice(("code", "member", "clerk", "hook")),
            dice.choice(("ok", "failed", "right", "found", "bound", "sent", "taken")),
            action.origin,
            "crm",
            {"status": "到"},
            dice.choice((None, Facts({"t.city": "台北"}))),
            dice.choice((None, "+886912345678")),
            dice.choice((None, found)),
            dice.choice(
                (None, Clerk("K", "小安", "xinyi", datetime.fromisoformat("2026-09-01T00:00:00+00:00")))
            ),
        )
