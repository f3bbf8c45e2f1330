"""What the bot does: actions, `do`, and `result` (language, section 6)."""

from __future__ import annotations

from typing import Any

from bot.playbook.shape.promotions import WORDS_PARTS
from bot.playbook.shape.sections import name_in, names_in
from bot.playbook.shape.words import (
    DURATION,
    ON,
    SCALARS,
    SWITCH,
    TEXT,
    Schema,
    Word,
    kinds,
    names_to,
    one_of,
    record,
    ref,
    short_or,
    some,
    text,
    value_in,
)

MESSAGES: Schema = ref("messages")
_VALUES = names_to(TEXT, "name", "attributes, each with its value", least=1, of="attributes")


def _on_or(words: dict[str, Word], expected: str) -> Schema:
    """The word alone, or with more to say."""
    block: dict[str, Any] = {**record(expected, words, minProperties=1), **ON}
    return {**block, "type": [*SCALARS, "object"]}


_START = short_or(
    name_in("flows"),
    record(
        "",
        {
            "flow": Word(name_in("flows"), 1, "The flow. 流程", "order_lookup"),
            "with": Word(
                names_to(TEXT, "name", "inputs, each with its value"),
                3,
                "What it needs to begin. 帶入的值",
                '{order_no: "{{ event.order_no }}"}',
            ),
        },
        required=["flow"],
    ),
    "a flow",
)
_PIN = short_or(
    name_in("menus"),
    record(
        "",
        {
            "menu": Word(name_in("menus"), 2, "The menu. 選單", "VIP"),
            "for": Word(DURATION, 2, "How long. 多久", "3d"),
        },
        required=["menu"],
    ),
    "a menu",
)
_RAISE = short_or(
    name_in("signals"),
    record(
        "",
        {
            "signal": Word(name_in("signals"), 3, "The signal. 訊號", "parcel_arrived"),
            "values": Word(
                names_to(TEXT, "name", "fields, each with its value"), 3, "Its values. 欄位", "{order_no: 1}"
            ),
        },
        required=["signal"],
    ),
    "a signal",
)
_CLERK_CODE = record(
    "{code: …}",
    {
        "code": Word(
            value_in("text"), 3, "The code of the clerk. 門市人員的代碼", '"{{ answer.clerk_code }}"'
        ),
        "rebind": Word(SWITCH, 3, "Another clerk may take over. 可以換人", "false"),
    },
    required=["code"],
)
ACTIONS: dict[str, Word] = {
    "reply": Word(ref("reply"), 1, "Answers with these messages, free. 回覆，免費", "opening_hours"),
    "push": Word(MESSAGES, 1, "Reaches the person anyhow; may cost one message. 推播，可能計費", "thank_you"),
    "add_tags": Word(
        names_in("tags"), 1, "Puts these tags on the person. 加標籤", "[看過優惠]", adds_tags=True
    ),
    "remove_tags": Word(names_in("tags"), 1, "Takes these tags off. 拿掉標籤", "[看過優惠]"),
    "start": Word(_START, 1, "Starts a flow. 開始流程", "skin_quiz"),
    "hand_over": Word(TEXT, 1, "Staff take over; the note is for them. 轉客服", "請參考上方對話"),
    "set": Word(_VALUES, 2, "Sets attributes. 設定屬性", "{skin: 乾性}"),
    "increase": Word(_VALUES, 2, "Adds to attributes that are numbers. 增加數字", "{visits: 1}"),
    "clear": Word(names_in("attributes"), 2, "Forgets attributes. 清除屬性", "skin"),
    "exit": Word(
        {**name_in("flows"), "expected": "a flow, or everything"},
        2,
        "Takes the person out of a flow, or of everything. 離開流程",
        "skin_quiz",
    ),
    "pin_menu": Word(_PIN, 2, "Shows this menu, whatever the list says. 固定選單", "VIP"),
    "unpin_menu": Word(ON, 2, "The list of menus decides again. 取消固定選單", "true"),
    **WORDS_PARTS.table(lambda part: part.actions),
    "call": Word(name_in("hooks"), 2, "Calls a hook; its answer comes back as hook. 呼叫外部系統", "crm"),
    "loading": Word(text("seconds", "5 to 60 seconds"), 2, "Shows LINE's animation so long. 讀取動畫", "10s"),
    "hand_back": Word(
        one_of("true", "served"), 2, "The bot speaks again; served: nobody waits. 交還給機器人", "true"
    ),
    "notify_staff": Word(TEXT, 2, "Tells staff in the console. 通知客服", "請確認訂單"),
    "note": Word(TEXT, 2, "Writes a note on the person's timeline. 記事", "來過展場"),
    "stop_marketing": Word(ON, 2, "No more journeys and broadcasts. 停止推播", "true"),
    "allow_marketing": Word(ON, 2, "Journeys and broadcasts again. 恢復推播", "true"),
    "show": Word(TEXT, 2, "Says this on the page, or in chat. 在頁面或聊天裡顯示", "請稍候"),
    "raise": Word(_RAISE, 3, "Raises a signal in this turn. 發出訊號", "parcel_arrived"),
    "refresh_member": Word(ON, 3, "Reads the member anew from the shop. 重新讀取會員", "true"),
    "unbind": Word(one_of("phone", "clerk"), 3, "Takes a binding away. 解除綁定", "phone"),
    "send_code": Word(
        value_in("text"), 3, "Sends a code to this phone. 傳送驗證碼", '"{{ answer.ask_phone }}"'
    ),
    "check_code": Word(value_in("text"), 3, "Checks the code. 檢查驗證碼", '"{{ answer.ask_code }}"'),
    "find_member": Word(one_of("shop", "none", "line"), 3, "Looks for the member. 找會員", "shop"),
    "register_member": Word(
        _on_or(
            {"name": Word(value_in("text"), 3, "The member's name. 會員姓名", '"{{ answer.ask_name }}"')},
            "true, or {name: …}",
        ),
        3,
        "Registers the proven phone at the shop. 在商店註冊",
        "true",
    ),
    "move_member": Word(
        _on_or(
            {"birthday": Word(value_in("date"), 3, "The proof. 生日", '"{{ answer.ask_birthday }}"')},
            "true, or {birthday: …}",
        ),
        3,
        "Takes the phone over from another LINE account. 移過來",
        "true",
    ),
    "bind_member": Word(
        _on_or(
            {"keep_tags": Word(SWITCH, 3, "Its tags stay when it is unbound. 解除後留著標籤", "true")},
            "true, or {keep_tags: true}",
        ),
        3,
        "Makes the reserved phone the person's. 完成綁定",
        "true",
    ),
    "bind_clerk": Word(
        _CLERK_CODE, 3, "Binds the person to a clerk. 綁定門市人員", '{code: "{{ answer.clerk_code }}"}'
    ),
    "check_clerk": Word(
        _CLERK_CODE,
        3,
        "Asks whether a clerk has this code; binds nobody. 先查門市人員代碼，不綁定",
        '{code: "{{ answer.clerk_code }}"}',
    ),
    "result": Word(
        ref("result"), 3, "The free answer of a page. 流程的結果", "{trigger: 我已完成, reply: 謝謝}"
    ),
}
"""Actions by their one key."""

WORDS = tuple(key for key, word in ACTIONS.items() if "true" in word.value.get("words", ()))
"""Actions that may stand as a word alone."""

ADDING_TAGS = frozenset(key for key, word in ACTIONS.items() if word.adds_tags)
"""Links and broadcasts put tags on by one of these words, too."""

CLERKS = ("bind_clerk", "check_clerk")
"""What binds the person to a clerk."""
ON_PAGES = (
    "send_code",
    "check_code",
    "find_member",
    "register_member",
    "move_member",
    "bind_member",
    *CLERKS,
)
"""What belongs to a flow with a page (language, 8.3)."""

DO = Word(
    some("action", "an action, or a list of actions"),
    1,
    "Several actions, one after the other. 依序做這些事",
    "[{reply: …}]",
)
ACTING: dict[str, Word] = {**ACTIONS, "do": DO}
"""The keys of a place where one action, or `do`, may stand."""

_TRIGGER = Word(
    TEXT, 2, "What the page says in the person's name, at most 60 characters. 網頁替人說的話", "我已完成"
)

DEFINITIONS: dict[str, Schema] = {
    "action": {
        **record("an action", ACTIONS),
        "title": "action",
        "description": "One thing that the bot does. 做一件事",
        "type": ["string", "object"],
        "words": list(WORDS),
        **kinds("an action", list(ACTIONS)),
    },
    "result": record(
        "a result: {trigger: …, reply: …}",
        {"trigger": _TRIGGER, **ACTING},
        acts="required",
    ),
    "done": record("a result: {trigger: …, reply: …}", {"trigger": _TRIGGER, **ACTING}, acts="required"),
}
