"""Numbers and forms of LINE's that more than one room goes by."""

from __future__ import annotations

import re

USER_ID = re.compile(r"U[0-9a-f]{32}")
"""https://developers.line.biz/en/docs/messaging-api/getting-user-ids/"""

MESSAGES_MOST = 5
"""Messages in one call: https://developers.line.biz/en/reference/messaging-api/#send-reply-message"""

MENUS_MOST = 1_000
"""Rich menus of one account, of all systems that make some:
https://developers.line.biz/en/reference/messaging-api/#create-rich-menu"""
