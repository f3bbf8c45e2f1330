"""What the sections of a playbook are called, and how a thing differs, where two versions are compared."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.translatable import Translatable, tr
from bot.playbook.comparison import FILES, SCENARIO_FILES, STATES, HowDiffers

HOW_TITLES: Mapping[HowDiffers, Translatable] = {
    "added": tr("new"),
    "removed": tr("gone"),
    "changed": tr("changed"),
    "moved": tr("another place in the order"),
}
SECTION_TITLES: Mapping[str, Translatable] = {
    "rules": tr("rules"),
    "flows": tr("flows"),
    STATES: tr("states"),
    "cards": tr("cards"),
    "rich_menus": tr("rich menus"),
    "attributes": tr("attributes"),
    "tags": tr("tags"),
    "forms": tr("forms"),
    "broadcasts": tr("broadcasts"),
    "audiences": tr("audiences"),
    "splits": tr("random groups"),
    "coupons": tr("coupons"),
    "stamp_cards": tr("stamp cards"),
    "draws": tr("draws"),
    "referrals": tr("referral campaigns"),
    "appointments": tr("appointments"),
    "channels": tr("channels"),
    "privacy": tr("privacy notice"),
    "sms": tr("SMS"),
    SCENARIO_FILES: tr("scenarios"),
    FILES: tr("pictures and other files"),
}
