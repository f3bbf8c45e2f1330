"""Phase 6: what an edit would do to the people who stand in it."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    '"database" and "keys" are read when oaflow starts: stop it, and start it again': (
        "「database」與「keys」只在 oaflow 啟動時讀取：請先停止，再啟動一次"
    ),
    "1 person is": "有 1 人",
    "{number} people are": "有 {number} 人",
    "1 person has": "有 1 人",
    "{number} people have": "有 {number} 人",
    "{people} in the flow {flow}, which is gone": "{people}還在流程{flow}裡，但這個流程已經不在了",
    "put it back with  status: stopped  until nobody is in it any more": (
        "把它放回來並寫  status: stopped，等裡面沒有人再拿掉"
    ),
    "{people} in the state {state} of {flow}, which is gone": (
        "{people}還在流程{flow}的步驟{state}，但這個步驟已經不在了"
    ),
    "say where they go, into {into}:  moved: {{state}: …}": "寫明他們去哪裡（{into}）：  moved: {{state}: …}",
    "say where they go:  moved: {{state}: {target}}": "寫明他們去哪裡：  moved: {{state}: {target}}",
    "{people} in the state {state} of {flow}, whose times have changed: {change}": (
        "{people}在流程{flow}的步驟{state}，而它的時間改了：{change}"
    ),
    "{new} is new": "多了 {new}",
    "{gone} is gone": "少了 {gone}",
    "{new} instead of {gone}": "{gone} 改成 {new}",
    "see that another time or rule still leads them on": "確認還有別的時間或規則會帶他們往下走",
    "theirs count from when they came, and are due in a minute at the earliest; to spare them, "
    "leave this state as it was and lead newcomers to another": (
        "他們從進來時重新算起，最快一分鐘後就到；不想動到他們，就讓這個步驟照舊，請新來的人走另一個步驟"
    ),
    "{people} the tag {tag}, which nothing here knows": "{people}貼著標籤{tag}，但劇本裡已經沒有它",
    "{people} a value of {key}, which is no attribute any more": (
        "{people}的{key}有值，但劇本裡已經沒有這個屬性"
    ),
    "{people} a value of {key}, whose type was {old} and is {new} now": (
        "{people}的{key}有值，而它的類型從 {old} 改成了 {new}"
    ),
    "give the new one another name, or let it have the type that it had": (
        "幫新的取另一個名字，或維持原來的類型"
    ),
    "put it back, or if it has a new name:  {section}: {NAME: {moved_from: {old}}}": (
        "把它放回來；如果是改了名字，寫  {section}: {名稱: {moved_from: {old}}}"
    ),
    "put it back, or if it is {new} now:  {section}: {{new}: {moved_from: {old}}}": (
        "把它放回來；如果現在叫 {new}，寫  {section}: {{new}: {moved_from: {old}}}"
    ),
}
