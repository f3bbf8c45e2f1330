"""K1: a line of the audit log is in one language: figures are recorded, and worded when they are shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import get_args

import pytest

from bot.connectors.shops.cyberbiz.checklist import PLAN
from bot.model.audit import AuditEntry, AuditKind, AuditLine
from bot.model.translatable import ENGLISH
from bot.operations.audit_list import CONTACT_KINDS, listed_entry
from bot.operations.audit_trail import SHOP_KINDS
from bot.operations.brake import GOES, STOPPED
from bot.translations.chinese import CHINESE
from tests.conftest import NOW

Recorded = tuple[str, str, str]
"""About, before, after."""
RECORDED: Mapping[str, Sequence[Recorded]] = {
    "published": [("untested start", "1 (11976f66dd72)", "2 (22976f66dd72)")],
    "rolled_back": [("leave-people", "2 (22976f66dd72)", "1 (11976f66dd72)")],
    "draft_handed_in": [("", "", "3")],
    "draft_approved": [("console:小美", "", "3")],
    "draft_returned": [("console:小美", "", "3")],
    "draft_withdrawn": [("", "", "3")],
    "draft_taken_over": [("小美", "", "3")],
    "draft_discarded": [("小美", "", "3")],
    "draft_expired": [("小美", "", "3")],
    "keys_added": [("1a2b", "", "")],
    "keys_rotated": [("", "1a2b", "3c4d")],
    "keys_retired": [("1a2b", "", "")],
    "pushes_stopped": [("channel 門市 flow 歡迎", GOES, STOPPED), ("", GOES, "staging")],
    "pushes_resumed": [("channel 門市", f"{STOPPED}, console:小美", GOES)],
    "binding_paused": [("門市", "", "")],
    "binding_resumed": [("門市", "console:小美", "")],
    "binding_checked": [(f"門市: {PLAN.what}", "open", "checked")],
    "setup_answered": [("second_administrator", "", "right"), ("second_administrator", "", "not so yet")],
    "flow_closed": [("歡迎", "", "太多人")],
    "flow_opened": [("歡迎", "console:小美", "好了")],
    "clerks_imported": [("店員", "", "new 1, changed 2, refused 3")],
    "flow_paused": [("歡迎", "", "太多人"), ("form:問卷", "", "太多人")],
    "clerk_changed": [("26", "信義店", "板橋店")],
    "members_imported": [("會員", "", "new 1, changed 2, refused 3")],
    "friends_imported": [("門市", "", "new 1, changed 2, refused 3")],
    "erased": [("26", "", "7"), ("1", "", "7")],
    "data_exported": [("熟客", "", "26 40")],
    "data_expired": [("2026-11-20", "", "conversations 5, timeline 6, people_who_left 7")],
    "expiry_confirmed": [("people_who_left 30d", "", "26")],
    "people_searched": [(way, "", "") for way in ("list", "phone", "audit", "forms")],
    "audience_listed": [("熟客", "", "26")],
    "many_tagged": [("熟客 (北區)", "", "26")],
    "many_exported": [("form 問卷", "", "26"), ("referrals 好友", "", "26")],
    "incident_listed": [
        ("--all-data", "", "26"),
        ("--by 小美 2026-11-20 10:00 – 2026-11-21 10:00", "", "26"),
    ],
    "audit_listed": [("", "", "26")],
    "sms_cap_raised": [("2026-11-20", "100", "200")],
    "menus_synced": [("門市", "", "changed"), ("門市", "", "as it was")],
    "secret_kept": [("門市", "", "revision 3")],
    "shop_unlinked": [("門市", "", "forgotten"), ("門市", "", "kept")],
    "broadcast_sent": [("雙11, 26 people", "", ""), ("雙11, 1 people, for 2026-11-20 10:00", "", "")],
    "broadcast_tested": [("雙11, 3 messages", "", "")],
    "broadcast_agreed": [("雙11, 26 people", "", "")],
    "admin_role": [("小美", "agent", "supervisor")],
    "admin_added": [("小美", "", "agent 信義店")],
    "token_made": [("報表", "", "agent")],
    "admin_second_factor": [("小美", "", "off")],
    "admin_recovery_code": [("小美", "", "5")],
    "admin_signed_out": [("小美", "", "everywhere")],
    "admin_password_wrong": [("", "", "")],
    "restored": [("2026-11-20 10:00:00 UTC", "", ""), ("2026-11-20 10:00:00 UTC staging", "", "")],
    "backup_made": [("備份", "", "1234")],
    "resent": [("push quota 1:2#0", "", "")],
    "dropped": [("event failed 1:2", "", "")],
}
"""What is recorded, as `bot/operations` does, with names in Chinese; of all others: a name."""
DETAILS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "bound": [("phone",), ("shop",)],
    "unbound": [("phone", "its tags stay"), ("clerk",)],
    "resent": [("push", "quota", "1:2#0")],
    "dropped": [("event", "failed", "1:2")],
}
BRANDS = {"LINE", "API", "UTC", "SMS", "Beacon", "ID", "secret", "token"}


def said(line: AuditLine) -> str:
    words = listed_entry(line, str)
    return CHINESE.words(words.what) + "｜" + CHINESE.words(words.about) + "｜" + CHINESE.words(words.change)


def english_in(text: str) -> set[str]:
    """Its words in Latin letters; that of a version, a code or an id is none."""
    words = re.findall(r"(?<![\w(])[A-Za-z]+(?:_[a-z]+)*(?!\w)", text)
    return {word for word in words if word not in BRANDS}


@pytest.mark.parametrize("kind", SHOP_KINDS)
def test_what_is_done_to_the_shop_is_in_one_language(kind: AuditKind) -> None:
    for about, before, after in RECORDED.get(kind, [("門市", "", "")]):
        line = AuditLine(AuditEntry(kind, "console:小美", NOW, about, before, after))
        assert not english_in(said(line)), said(line)


@pytest.mark.parametrize("kind", CONTACT_KINDS)
def test_what_is_done_to_a_contact_is_in_one_language(kind: AuditKind) -> None:
    for details in DETAILS.get(kind, [("門市",)]):
        deed = AuditEntry(kind, "console:小美", NOW, " ".join(details))
        line = AuditLine(deed, contact="main:U1", details=details)
        assert not english_in(said(line)), said(line)


def test_every_kind_is_looked_at() -> None:
    assert {*SHOP_KINDS, *CONTACT_KINDS} == set(get_args(AuditKind)) >= RECORDED.keys() | DETAILS.keys()


@pytest.mark.parametrize(
    ("kind", "about", "english", "chinese"),
    [
        ("broadcast_sent", "雙11, 26 people", "雙11, 26 people", "雙11、26 人"),
        (
            *("broadcast_sent", "雙11, a, 1 people, for 2026-11-20 10:00"),
            *("雙11, a, 1 person, for 2026-11-20 10:00", "雙11, a、1 人、2026-11-20 10:00 發送"),
        ),
        ("broadcast_tested", "雙11, 3 messages", "雙11, 3 messages", "雙11、3 則訊息"),
        ("broadcast_cancelled", "26 people", "26 people", "26 people"),
    ],
)
def test_figures_are_worded_and_names_stay(kind: AuditKind, about: str, english: str, chinese: str) -> None:
    words = listed_entry(AuditLine(AuditEntry(kind, "console:小美", NOW, about)), str)
    assert (ENGLISH.words(words.about), CHINESE.words(words.about)) == (english, chinese)
