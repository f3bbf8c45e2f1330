"""Rules, flows, states, questions and forms (language, sections 4.1, 8 and 10)."""

from __future__ import annotations

from typing import Any, get_args

from bot.engine.compiled.flow import FlowStatus, IfLate
from bot.engine.flows.answers import ANSWERS
from bot.engine.types.table import TYPES
from bot.playbook.shape.actions import ACTING
from bot.playbook.shape.conditions import IF, UNLESS
from bot.playbook.shape.sections import name_in
from bot.playbook.shape.triggers import GOAL, PRIORITY, wait
from bot.playbook.shape.words import (
    FIXED,
    HOURS,
    MOMENT,
    NAME,
    PICTURE,
    SCALARS,
    SWITCH,
    TEXT,
    TIME,
    WHOLE,
    Schema,
    Word,
    list_of,
    names_to,
    one_of,
    record,
    ref,
    short_or,
    some,
    text,
)

WRITTEN_ANSWERS = tuple(name for name, kind in ANSWERS.items() if kind.written)
_SOLID = "new solid name"

WHEN = Word(
    some("trigger", "a trigger, or a list of triggers"),
    1,
    "One of these happens. 什麼時候",
    "{text: …}",
)
_TO = Word(NAME, 2, "The state to go to. 下一步", "完成")
_ONCE_PER: Schema = {
    "type": SCALARS,
    "format": "once per",
    "expected": "person, conversation, day, always or a duration",
}
_RULE: dict[str, Word] = {
    "when": WHEN,
    "if": IF,
    "unless": UNLESS,
    "once_per": Word(_ONCE_PER, 1, "Used up means that this rule does not match. 多久一次", "12h"),
    "from": Word(MOMENT, 1, "From then on. 開始", "2026-11-01 00:00"),
    "until": Word(MOMENT, 1, "Until then. 結束", "2026-11-11 24:00"),
    "first": Word(WHOLE, 2, "For so many people; the others hear the next rule. 前幾名", "100"),
    "also": Word(SWITCH, 2, "Those behind hear it too. 後面的規則也會觸發", "true"),
    "name": Word(NAME, 2, "Under this name it is counted and shown. 名稱", "default_answer"),
    **ACTING,
}
ONLY_OUTSIDE: dict[str, Word] = {
    "interrupt": Word(SWITCH, 2, "Heard before any flow. 流程中也先聽", "true"),
    "with_staff": Word(SWITCH, 2, "Heard also while staff have the conversation. 客服接手時也聽", "true"),
}
"""Keys of rules outside flows."""

_NEXT: Schema = short_or(
    NAME,
    {"propertyNames": {}, "additionalProperties": NAME, "minProperties": 1},
    "a state, or a block with a state for every choice",
)
_IF_LATE: Schema = short_or(
    one_of(*get_args(IfLate)),
    record(
        "",
        {
            "after": Word(FIXED, 2, "Late from so much on. 逾時多久算晚", "1h"),
            "then": Word(one_of(*get_args(IfLate)), 1, "What is done then. 晚了怎麼辦", "skip"),
            "at": Word(TIME, 2, "For next_morning: the time of day. 隔天幾點", "10:00"),
        },
        minProperties=1,
    ),
    "send, skip, next_morning, exit, or {after: 1h, then: skip}",
)
IF_LATE = Word(_IF_LATE, 1, "What is done with what is overdue. 逾時怎麼辦", "skip")

_ANSWER: dict[str, Word] = {
    "type": Word(one_of(*WRITTEN_ANSWERS, "choice"), 1, "Its type. 類型", "number"),
    "of": Word(list_of("choice", "a list of choices"), 1, "The choices. 選項", "[茶, 咖啡]"),
    "words": Word(
        names_to(ref("texts"), "filled", "choices, each with other words for it"),
        2,
        "Other words for a choice. 同義詞",
        "{茶: [喝茶, tea]}",
    ),
    "choices": Word(one_of("several"), 2, "Several may be chosen; pages and forms only. 可複選", "several"),
    "at_least": Word(
        TEXT, 1, "The least; for dates also today, today + 1d, today - 18y. 最少、最早", "today"
    ),
    "at_most": Word(TEXT, 1, "The most; for dates also today, today + 60d. 最多、最晚", "today + 60d"),
    "during": Word(
        HOURS, 2, "Only a date or moment at which these hours are open. 只收這個時段的日期", "門診時間"
    ),
    "on": Word(
        NAME, 2, "With `during`, for a time: the question that asked for the day. 是哪一題的日期", "日期"
    ),
    "max_length": Word(WHOLE, 2, "Characters at most. 最多幾個字", "200"),
    "pattern": Word(text("pattern", "a pattern"), 2, "The form of the text. 格式", '"{a:digits}"'),
    "abroad": Word(SWITCH, 3, "Also mobile numbers of other countries. 也接受國外手機號碼", "true"),
}

_STATE: dict[str, Word] = {
    "title": Word(TEXT, 1, "What pictures call it. 標題", "問膚質"),
    "ask": Word(
        ref("messages"), 1, "A question: said in chat, a screen on a page. 問題", "您的膚質是哪一種？"
    ),
    "answer": Word(ref("answer"), 1, "What answers it: a type, or the choices. 答案", "[乾性, 油性]"),
    "save": Word(
        {**name_in("attributes"), "expected": "an attribute, or tags"},
        1,
        "The attribute that keeps the answer. 存到屬性",
        "skin",
    ),
    "otherwise": Word(ref("messages"), 1, "Said to an invalid answer. 答錯時說", "請點選下方按鈕。"),
    "next": Word(_NEXT, 1, "Where it goes on; for choices a state for each. 下一步", "完成"),
    "wait": Word(wait("a wait, such as 3d or next day at 10:00"), 1, "Rests so long. 等多久", "3d"),
    "give_up_after": Word(
        names_to(
            NAME,
            "duration",
            "a duration with a state, such as {30m: 放棄}",
            least=1,
            more={"maxProperties": 1},
        ),
        1,
        "Goes to this state if nothing has come. 多久沒動靜就去",
        "{30m: 放棄}",
    ),
    "end": Word(one_of("true"), 1, "The flow ends here. 結束", "true"),
    "branch": Word(
        list_of("branch item", "a list of {if: …, to: …}, the last one without if"),
        1,
        "The first that holds decides where to go. 依條件分路",
        "[{if: {tag: VIP}, to: A}, {to: B}]",
    ),
    "rules": Word(
        list_of("flow rule", "a list of rules"),
        2,
        "Hold in this state only. 只在這一步有效的規則",
        "[{when: {text: 重來}, to: 問膚質}]",
    ),
    "tries": Word(WHOLE, 2, "After so many invalid answers… 答錯幾次", "3"),
    "too_many": Word(NAME, 2, "…it goes to this state. 就去", "放棄"),
    "if_late": IF_LATE,
    "run": Word(
        name_in("flows"), 2, "Runs another flow, and rests meanwhile. 執行另一個流程", "phone_binding"
    ),
    "screen": Word(
        short_or(
            one_of("problem", "success"),
            record(
                "",
                {"problem": Word(TEXT, 3, "Shown on the page only. 只在頁面顯示", "查無資料")},
                required=["problem"],
            ),
            "problem, success or {problem: TEXT}",
        ),
        3,
        "How an end looks on a page. 頁面上怎麼顯示",
        "problem",
    ),
    **ACTING,
}

_FLOW: dict[str, Word] = {
    "title": Word(TEXT, 1, "What pictures call it. 標題", "膚質小測驗"),
    "when": Word(
        {**WHEN.value, "expected": "a trigger, or a list of triggers"},
        1,
        "Makes it a journey: it starts by itself. 自己開始的旅程",
        "{tag_added: 已綁定}",
    ),
    "if": IF,
    "unless": UNLESS,
    "once_per": Word(
        {**_ONCE_PER, "format": "once per journey", "expected": "person, day, always or a duration"},
        1,
        "How often a person goes through it. 每個人多久走一次",
        "person",
    ),
    "quiet_hours": Word(HOURS, 1, "Hours in which nothing is pushed. 勿擾時段", "21:00-09:00"),
    "if_late": IF_LATE,
    "max_pushes": Word(
        record(
            "limits, such as {person: 4}",
            {
                "person": Word(WHOLE, 1, "For one person. 每人最多", "4"),
                "total": Word(WHOLE, 1, "For all. 總共最多", "20000"),
                "then": Word(one_of("skip", "exit"), 2, "What is done over it. 超過時", "skip"),
            },
            minProperties=1,
        ),
        1,
        "How many messages it may cost. 推播上限",
        "{person: 4, total: 20000}",
    ),
    "status": Word(one_of(*get_args(FlowStatus)), 1, "Whether it runs. 狀態", "live"),
    "settings": Word(
        names_to({}, _SOLID, "settings, each with a value"),
        1,
        "Values for {setting: NAME} and {{ setting.NAME }}. 設定",
        "{picture: cards/binding.png}",
    ),
    "states": Word(
        names_to(ref("state"), _SOLID, "states, each with a name", least=1),
        1,
        "Its states; the first is where it starts. 步驟",
        "{開始: {reply: 您好, end: true}}",
    ),
    "active": Word(
        record(
            "from, until and then",
            {
                "from": Word(MOMENT, 2, "From then on. 開始", "2026-11-01 00:00"),
                "until": Word(MOMENT, 2, "Until then. 結束", "2026-11-12 00:00"),
                "then": Word(one_of("closed", "stopped"), 2, "What comes then. 之後", "closed"),
            },
            minProperties=1,
            dependentRequired={"then": ["until"]},
        ),
        2,
        "From when to when it runs. 期間",
        "{from: 2026-11-01 00:00, until: 2026-11-12 00:00}",
    ),
    "page": Word(
        {
            **record(
                "",
                {
                    "picture": Word(PICTURE, 2, "On top of the page. 圖片", "cards/binding.png"),
                    "title": _STATE["title"],
                    "intro": Word(TEXT, 2, "Below the title. 說明", "30 秒完成"),
                },
            ),
            **SWITCH,
            "type": [*SCALARS, "object"],
            "expected": "true, or {picture: …, title: …, intro: …}",
        },
        2,
        "Opens as a LIFF page. 可以用網頁打開",
        "true",
    ),
    "rules": Word(
        list_of("flow rule", "a list of rules", least=0),
        2,
        "Hold in every state but the end states. 每一步都有效的規則",
        "[{when: {text: 取消}, to: 放棄}]",
    ),
    "priority": PRIORITY,
    "goal": GOAL,
    "moved": Word(
        names_to(
            text("own name", "a state, or exit"), "own name", "old states, each with where its people go"
        ),
        2,
        "States that are gone: where their people go. 舊步驟的人移到哪裡",
        "{第二天: 品牌故事}",
    ),
    "inputs": Word(
        names_to(ref("type"), "new name", "inputs, each with a type"),
        3,
        "What it needs to begin. 需要帶入的值",
        "{order_no: text}",
    ),
}

_FIELD: dict[str, Word] = {
    "ask": Word(TEXT, 1, "The question. 問題", "您的生日"),
    "answer": _STATE["answer"],
    "save": _STATE["save"],
    "optional": Word(SWITCH, 1, "May be left out. 可不填", "true"),
}
_FORM: dict[str, Word] = {
    "title": Word(TEXT, 1, "Its title. 標題", "客戶資料"),
    "intro": Word(TEXT, 1, "Below the title. 說明", "只要 30 秒"),
    "button": Word(TEXT, 1, "What stands on the button. 按鈕文字", "送出"),
    "fields": Word(
        list_of("field", "a list of fields"), 1, "Its questions. 欄位", "[{ask: 您的生日, answer: date}]"
    ),
    "done": Word(ref("done"), 1, "What is done when it was sent. 送出後", "{reply: 感謝填寫！}"),
    "status": Word(one_of("live", "closed"), 1, "Whether it can be filled in. 狀態", "live"),
    "again": Word(SWITCH, 2, "May be filled in again. 可重複填寫", "true"),
}


def _rule(words: dict[str, Word], **more: Any) -> Schema:
    return record('a rule: "when", and an action or "do"', words, required=["when"], **more)


DEFINITIONS: dict[str, Schema] = {
    "texts": some("text", "a text, or a list of texts"),
    "type": one_of(*TYPES),
    "choice": text("filled", "a choice"),
    "rule": {
        **_rule({**_RULE, **ONLY_OUTSIDE}, acts="required"),
        "title": "rule",
        "description": "When one of the triggers happens, do the actions. 規則",
    },
    "flow rule": {
        **_rule({**_RULE, "to": _TO}, acts="or to"),
        "title": "flow rule",
        "description": "A rule of a flow or a state; `to` goes to another state. 流程裡的規則",
    },
    "branch item": {
        **record(
            "{if: …, to: …}",
            {"if": IF, "unless": UNLESS, "to": _TO, **ACTING},
            required=["to"],
            acts="optional",
        ),
        "title": "branch item",
    },
    "answer": {
        **record("a type, a list of choices, or {type: …}", _ANSWER, minProperties=1),
        "type": [*SCALARS, "array", "object"],
        "words": list(WRITTEN_ANSWERS),
        "items": ref("choice"),
        "minItems": 1,
    },
    "state": {
        **record("a state", _STATE, acts="optional"),
        "title": "state",
        "description": "Where a person is in a flow. 步驟",
    },
    "flow": {
        **record("a flow", _FLOW, required=["states"]),
        "title": "flow",
        "description": "States, with a memory of where the person is. 流程",
    },
    "field": record("a field: {ask: …, answer: …}", _FIELD, required=["ask"]),
    "form": record("a form", _FORM, required=["fields", "done"]),
}
