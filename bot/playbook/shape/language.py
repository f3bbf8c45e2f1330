"""Which words the language has that this version does not understand yet: they are refused, never ignored.

A word leaves its table when it comes into the schema; at the end this module is empty.
"""

from __future__ import annotations

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TRIGGERS_LATER = _words(
    "anything_else text_contains_all image video audio file location sticker postback text_pattern"
    " postback_pattern any_message tag_added tag_removed attribute_changed bound unbound shop form_sent"
    " page_opened link enters leaves marketing unfollow signal hook staff flow_ended join beacon account_link"
    " membership member_joined member_left unsend message_edited video_done date anniversary after"
    " code member clerk ended"
)
REFINEMENTS_LATER = _words("strict from to at_least result at days_before days_after")
ACTIONS_LATER = _words(
    "remove_tags start hand_over set increase clear exit pin_menu unpin_menu call loading hand_back"
    " notify_staff note stop_marketing allow_marketing show raise refresh_member unbind send_code check_code "
    "find_member move_member bind_member bind_clerk result"
)
RULE_LATER = _words("if unless once_per to interrupt also with_staff name") | ACTIONS_LATER
CARD_LATER = _words(
    "image buttons messages carousel imagemap confirm video audio sticker location flex quick_replies sender"
    " alt card"
)
SECTIONS_LATER = _words(
    "timezone language hours tags attributes cards flows rich_menus audiences broadcasts rule_order include"
    " privacy consent_from alerts conversation_ends_after limits testers forms links splits member_card"
    " shops sms api_token stores store_groups hooks signals channel"
)
CHANNEL_LATER = _words("staff staff_silence shop sms liff plan paused settings")

LATER: Mapping[str, frozenset[str]] = {
    "playbook": SECTIONS_LATER,
    "channel": CHANNEL_LATER,
    "rule": RULE_LATER,
    "when": TRIGGERS_LATER | REFINEMENTS_LATER,
    "trigger": TRIGGERS_LATER | REFINEMENTS_LATER,
    "actions": ACTIONS_LATER,
    "action": ACTIONS_LATER,
    "messages": CARD_LATER | {"message", "or_push"},
    "message": CARD_LATER,
}
"""Keys of the language by the title of the place in the schema that will take them."""

PLACEHOLDERS = ("contact.name", "bot.name")
PLACEHOLDERS_LATER = _words(
    "contact.phone contact.member_no contact.language contact.line_id store.title clerk.name sms.code"
    " channel.name"
)
PLACEHOLDER_GROUPS_LATER = _words("attribute answer setting event page link hours")
"""Groups whose names a playbook declares itself."""

FOLDERS = ("cards", "flows", "rules")
"""The folders beside `bot.yaml` whose YAML files belong to the playbook."""

RESERVED = _words("everyone everything nothing exit closed today now member_card unbind privacy_notice tags")
"""Names that mean something already."""


def not_yet(thing: str) -> str:
    """How a word of the language that is still to come is refused."""
    return f'"{thing}" is part of the language, but this version of oaflow does not have it yet'
