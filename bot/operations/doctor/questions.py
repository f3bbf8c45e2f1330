"""Items of the set-up that no API of LINE shows: a person answers them, and the answer is stored with name
and date (A3, A4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.model.channel import Channel
from bot.model.setup_reply import SetupReply
from bot.model.translatable import Translatable, tr
from bot.operations.doctor.account import StaffPlace
from bot.operations.doctor.finding import RESPONSES, SetupFinding, SetupItem

MANAGER = tr("LINE Official Account Manager › Settings (設定)")
CONSOLE_ROLES = tr("LINE Developers Console › the provider › tab “Roles”")


@dataclass(frozen=True, slots=True)
class SetupQuestion:
    """A thing that a person looks at: `look` are the steps to see it. `of_words`: the answer is a sentence
    (who it was), not a yes."""

    item: SetupItem
    look: tuple[Translatable, ...]
    of_words: bool = False
    only_with: Literal["", "liff", "line_chat", "greeting"] = ""
    """Asked only of a channel with pages, whose staff answer in LINE's chat, whose playbook greets."""


def _item(name: str, title: Translatable, why: Translatable) -> SetupItem:
    return SetupItem(name, "person", title, why)


QUESTIONS: Sequence[SetupQuestion] = (
    SetupQuestion(
        _item(
            "enabled_by",
            tr("Who enabled the Messaging API?"),
            tr("it can be enabled once only, and this person stays its administrator for ever"),
        ),
        (tr("LINE Official Account Manager › Settings (設定) › Messaging API"),),
        of_words=True,
    ),
    SetupQuestion(
        _item(
            "second_administrator",
            tr("Is there a second administrator?"),
            tr("when the only one leaves the company, nobody can change the channel any more"),
        ),
        (CONSOLE_ROLES, tr("add a colleague as “Admin”, by e-mail")),
    ),
    SetupQuestion(
        _item(
            "provider_name",
            tr("Does the provider bear the company's name?"),
            tr("members see it when a page asks for their consent"),
        ),
        (tr("LINE Developers Console › the provider › “Provider name”"),),
    ),
    SetupQuestion(
        _item(
            "one_provider",
            tr("Are the account and the LINE Login channel under one provider?"),
            tr("LINE gives one person two different IDs otherwise; it cannot be changed later"),
        ),
        (tr("LINE Developers Console: both channels stand under the same provider"),),
        only_with="liff",
    ),
    SetupQuestion(
        _item(
            "terms",
            tr("Has somebody who may do so accepted LINE's terms for the API?"),
            tr("by them the company agrees that chats are collected"),
        ),
        (tr("ask who enabled it (above); it was asked there"),),
    ),
    SetupQuestion(
        _item(
            "auto_reply",
            tr("Is LINE's auto-reply off?"),
            tr("or a customer gets two answers: LINE's and the bot's"),
        ),
        (RESPONSES, tr("“Auto-reply messages” (自動回應訊息): off")),
    ),
    SetupQuestion(
        _item(
            "greeting",
            tr("Is LINE's greeting off?"),
            tr("the playbook greets new friends itself, and both would come"),
        ),
        (RESPONSES, tr("“Greeting message” (加入好友的歡迎訊息): off")),
        only_with="greeting",
    ),
    SetupQuestion(
        _item(
            "group_chats",
            tr("May the account not be added to groups?"),
            tr("a bot in a group is read by all in it"),
        ),
        (MANAGER, tr("“Allow account to join groups and multi-person chats” (加入群組或多人聊天室): off")),
    ),
    SetupQuestion(
        _item(
            "response_hours",
            tr("Are LINE's response hours off?"),
            tr("outside of them LINE answers by itself, beside the bot"),
        ),
        (RESPONSES, tr("“Response hours” (回應時間): off, answered by hand (手動)")),
        only_with="line_chat",
    ),
    SetupQuestion(
        _item(
            "redelivery",
            tr("Is webhook redelivery on?"),
            tr("what LINE could not deliver while the bot was away comes again by it"),
        ),
        (
            tr("LINE Developers Console › the channel › tab “Messaging API” › “Webhook redelivery”: on"),
            tr("LINE Developers may show this later"),
        ),
    ),
    SetupQuestion(
        _item(
            "login_published",
            tr("Is the LINE Login channel published?"),
            tr("until then the pages open for its own administrators only"),
        ),
        (tr("LINE Developers Console › the LINE Login channel: “Published” at the top"),),
        only_with="liff",
    ),
    SetupQuestion(
        _item(
            "linked_account",
            tr("Is this account the “Linked OA” of the LINE Login channel?"),
            tr("the pages ask there whether somebody is a friend"),
        ),
        (tr("LINE Developers Console › the LINE Login channel › “Linked LINE Official Account”"),),
        only_with="liff",
    ),
    SetupQuestion(
        _item(
            "verified",
            tr("Is the account verified (藍盾／綠盾)?"),
            tr("only then LINE lists its friends, and people find it by search"),
        ),
        (MANAGER, tr("“Account status” (帳號狀態): apply for verification (申請認證帳號)")),
        of_words=True,
    ),
)


def questions_of(channel: Channel, staff: StaffPlace, *, greets: bool) -> Sequence[SetupQuestion]:
    """Those that concern a channel; `greets`: the playbook greets new friends."""
    there = {
        "": True,
        "liff": channel.liff is not None,
        "line_chat": staff == "line_chat",
        "greeting": greets,
    }
    return [one for one in QUESTIONS if there[one.only_with]]


def question_findings(
    asked: Sequence[SetupQuestion], known: Mapping[str, SetupReply]
) -> Iterator[SetupFinding]:
    """What was answered, by whom and when, and what nobody has answered yet."""
    for question in asked:
        item, reply = question.item, known.get(question.item.name)
        if reply is None:
            open_one = item.wrong(tr("nobody has answered yet; no interface shows it"), *question.look)
            yield replace(open_one, state="unasked")
            continue
        found = item.fine(tr("answered")) if reply.right else item.wrong(tr("not so yet"), *question.look)
        yield replace(found, by=reply.by, at=reply.at, answer=reply.words)
