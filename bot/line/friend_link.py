"""The addresses of an official account in LINE: to become its friend, to write to it."""

from __future__ import annotations

from urllib.parse import quote


def friend_link(account: str) -> str:
    """The link for an account's id (`@forest`): it opens the account in LINE, to be added or written to.

    https://developers.line.biz/en/docs/messaging-api/sharing-bot/#line-url-scheme-for-profile-page
    """
    return f"https://line.me/R/ti/p/{quote(account, safe='')}"


def chat_link(account: str, text: str) -> str:
    """The link that opens the account's chat with a text in its field, which the person only has to send.

    LINE asks a person who is no friend yet to become one first.
    https://developers.line.biz/en/docs/messaging-api/using-line-url-scheme/#opening-chat-screen
    """
    return f"https://line.me/R/oaMessage/{quote(account, safe='')}/?{quote(text, safe='')}"
