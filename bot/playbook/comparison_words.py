"""What the sections of a playbook are called, and how a thing differs, where two versions are compared."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.translatable import Translatable, tr
from bot.playbook.comparison import FILES, SCENARIO_FILES, STATES, HowDiffers
from bot.playbook.shape.promotions import WORDS_PARTS

HOW_TITLES: Mapping[HowDiffers, Translatable] = {
    "added": tr("new"),
    "removed": tr("gone"),
    "changed": tr("changed"),
    "moved": tr("another place in the order"),
}
"""What each way to differ is called."""
SECTION_TITLES: Mapping[str, Translatable] = {
    "bot": tr("the shop's name"),
    "include": tr("more files"),
    "rule_order": tr("order of the rules' files"),
    "private_hosts": tr("addresses in the own network"),
    "second_factor": tr("codes at sign-in"),
    "publish": tr("publishing"),
    "channels": tr("channels"),
    "hours": tr("times of day"),
    "tags": tr("tags"),
    "attributes": tr("attributes"),
    "cards": tr("cards"),
    "flows": tr("flows"),
    STATES: tr("states"),
    "audiences": tr("audiences"),
    "broadcasts": tr("broadcasts"),
    "forms": tr("forms"),
    **{kind.section: part.title for kind, part in WORDS_PARTS.by_kind.items()},
    "links": tr("links with codes"),
    "splits": tr("random groups"),
    "shops": tr("shop platforms"),
    "sms": tr("SMS"),
    "stores": tr("stores"),
    "store_groups": tr("groups of stores"),
    "hooks": tr("other systems"),
    "signals": tr("signals of other systems"),
    "rules": tr("rules"),
    "rich_menus": tr("rich menus"),
    "alerts": tr("who is alerted"),
    "testers": tr("testers"),
    "timezone": tr("time zone"),
    "language": tr("language"),
    "database": tr("database"),
    "privacy": tr("privacy notice"),
    "consent_from": tr("who decides about marketing"),
    "conversation_ends_after": tr("end of a conversation"),
    "limits": tr("limits on messages"),
    "utm": tr("UTM parameters"),
    "member_card": tr("member card"),
    "keys": tr("keys"),
    "api_token": tr("token of the API"),
    SCENARIO_FILES: tr("scenarios"),
    FILES: tr("pictures and other files"),
}
"""What each section of a playbook is called, with the groups of entries that count as one."""
