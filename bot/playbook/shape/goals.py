"""What a broadcast or a flow is for, and how much it counts: `goal`, `priority` (language, section 10)."""

from __future__ import annotations

from bot.playbook.shape.triggers import NEWS, REFINEMENTS
from bot.playbook.shape.words import DURATION, TEXTS, Schema, Word, kinds, one_of, record, ref

GOALS = (
    "shop",
    "bound",
    "form_sent",
    "link",
    "page_opened",
    "tag_added",
    "attribute_changed",
    "enters",
    "flow_ended",
    "signal",
    "membership",
)
"""The news that a goal may be: what a person has done, and what is told of once. What is only said is not."""

_BESIDE = {
    key: (word, here)
    for key, (word, of) in REFINEMENTS.items()
    if (here := [one for one in of if one in GOALS and (key, one) != ("at", "enters")])
}
_GOAL: dict[str, Word] = {
    **{kind: NEWS[kind] for kind in GOALS},
    **{key: word for key, (word, _) in _BESIDE.items()},
    "at": Word(
        {**TEXTS, "expected": "an end state or a list of them"}, 2, "Its end state. 結束在哪一步", "完成"
    ),
    "within": Word(DURATION, 2, "At most so long after it was sent, or begun. 多久之內", "7d"),
}
GOAL = Word(ref("goal"), 2, "What it is for: counted in its report. 目標", "{shop: order_paid, within: 7d}")

PRIORITY = Word(
    one_of("normal", "high"), 2, "Whether it also takes the pushes that limits reserve. 優先順序", "high"
)

DEFINITIONS: dict[str, Schema] = {
    "goal": {
        **record("a goal, such as {shop: order_paid, within: 7d}", _GOAL, required=["within"], title="goal"),
        **kinds("a goal", GOALS, {key: of for key, (_, of) in _BESIDE.items()}),
    }
}
