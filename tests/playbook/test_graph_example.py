"""The worked example is silent, and one small slip in it is seen: that one, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.playbook.load import Loaded, load
from bot.playbook.report import render
from tests.cli.oaflow import ROOT
from tests.depth import one_of


def edited(edits: Mapping[str, str]) -> Loaded:
    """The worked example with other texts in some files, and a value for every variable."""
    return load(ROOT, {}, stand_in=lambda name: f"value-of-{name}", edits=edits)


def test_nothing_is_said_of_it() -> None:
    found = edited({})
    assert render(found.problems, found.sources) == ""
    assert found.information, "it has journeys, which cost"


SLIPS = [
    ("reply-without-token", "rules/keywords.yaml", "push: 您的訂單", "reply: 您的訂單"),
    (
        "outcome-unhandled",
        "flows/order_lookup.yaml",
        "- {when: {hook: order_status, result: failed}, to: failed}",
        "- {when: {text: 不查了}, to: failed}",
    ),
    ("outcome-unhandled", "flows/store_referral.yaml", ", shop_down]}, to: failed}", "]}, to: failed}"),
    ("outcome-unhandled", "flows/phone_binding.yaml", "- {when: {code: failed}, to: sms_down}", ""),
    (
        "outcome-unhandled outcome-never-comes hook-unused",
        "flows/order_lookup.yaml",
        "- call: order_status",
        "- call: crm",
    ),
    ("question-without-timeout", "flows/skin_quiz.yaml", "give_up_after: {30m: 放棄}", ""),
    ("wait-without-timeout", "flows/order_lookup.yaml", "give_up_after: {1m: failed}", ""),
    ("unreachable-state", "flows/journeys.yaml", "to: 提醒點數", "to: 走完"),
    ("unreachable-state", "flows/skin_quiz.yaml", "too_many: 答不出來", "too_many: 放棄"),
    (
        "branch-never",
        "flows/phone_binding.yaml",
        "{if: {sms_credit: none}, to: sms_down}",
        "{if: {bound: phone}, to: sms_down}",
    ),
    ("no-way-to-end unreachable-state", "flows/journeys.yaml", "next: 生日當天", "next: 送壽星禮"),
    ("transient-cycle unreachable-state", "flows/order_lookup.yaml", "- {to: not_bound}", "- {to: opened}"),
    ("rule-shadowed", "rules/keywords.yaml", "unless: {tag: VIP}", ""),
    ("rule-shadowed", "rules/first.yaml", "when: {follow: first}", "when: follow"),
    ("rule-partly-shadowed", "rules/keywords.yaml", "手機綁定, 綁定]", "找優惠, 綁定]"),
    ("tap-unheard", "rules/keywords.yaml", "{text: 會員卡}", "{text: 看會員卡}"),
    ("link-unheard", "rules/data.yaml", "send: 優惠", "send: 贈品"),
    ("postback-unheard", "cards/messages.yaml", "data: show_coupon", "data: show_cupon"),
    ("rule-hides-answer", "flows/skin_quiz.yaml", "when: {text: 重來}", "when: {text: 沒錯}"),
    ("word-clash", "flows/skin_quiz.yaml", "[乾性, 油性, 混合性]", "[乾性, 油性, 混合性, 乾性]"),
    ("trigger-clash", "flows/store_referral.yaml", "trigger: 我已有專屬門市人員", "trigger: 會員卡"),
    ("tag-never-added", "rules/keywords.yaml", "add_tags: [VIP]", "add_tags: [金卡會員]"),
    ("card-unused", "rules/keywords.yaml", "reply: unbinding", "reply: 請洽客服"),
    ("if-late-missing", "flows/journeys.yaml", "if_late: next_morning", ""),
    ("no-way-out-of-marketing", "rules/broadcasts.yaml", "不想收到？輸入「停止推播」\n", "謝謝\n"),
    (
        "menu-hides-others",
        "rules/rich_menus.yaml",
        "綁定: {label: 綁定手機, page: phone_binding}",
        "綁定: {label: 官網, open: 'https://forest.example'}",
    ),
    ("moved-exists", "flows/journeys.yaml", "moved: {第二天: 品牌故事", "moved: {第一天: 品牌故事"),
    ("flow-unused", "rules/keywords.yaml", "start: skin_quiz", "reply: 沒有了"),
]


@pytest.mark.ring("all", "over the whole worked example")
@pytest.mark.parametrize(("codes", "file", "old", "new"), one_of(9, SLIPS))
def test_a_slip_is_seen(codes: str, file: str, old: str, new: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert old in text, "the example has changed: choose another slip"
    found = edited({file: text.replace(old, new, 1)})
    assert {p.code for p in found.problems} == set(codes.split()), render(found.problems, found.sources)
