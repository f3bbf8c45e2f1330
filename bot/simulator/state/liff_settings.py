"""How LIFF stands on a friend's phone: where pages open, what was permitted, what is wrong on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Os: TypeAlias = Literal["ios", "android", "web"]
Token: TypeAlias = Literal["good", "expired", "foreign", "forged"]

SYSTEMS: tuple[str, ...] = get_args(Os)
TOKENS: tuple[str, ...] = get_args(Token)


@dataclass(frozen=True, slots=True)
class LiffSettings:
    """What `liff` tells a page.

    `in_client`: false in LINE for PC and in a browser outside of LINE. `permission`: `chat_message.write` was
    granted. `launched_from_chat`: false where the address was opened somewhere else, so that nothing can be
    said. `token`: the ID token that opening gives: `expired` until the person signs in again, of a `foreign`
    login channel, `forged`. `friend`: false where LIFF says that the account is no friend.
    """

    in_client: bool = True
    os: Os = "ios"
    permission: bool = True
    launched_from_chat: bool = True
    token: Token = "good"
    friend: bool = True


USUAL = LiffSettings()
