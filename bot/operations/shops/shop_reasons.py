"""What a shop platform's client says went wrong (`shops/`), in the words of who reads it.

Failures are English sentences: they stand in logs, and with what was stopped. A test holds both together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.model.said import NAMED, Said, say

_REASONS: Sequence[Said] = (
    say("the shop answers {status}"),
    say("the shop was not reached: {error}"),
    say("no answer in time"),
    say("could not connect"),
    say("the connection was closed"),
    say("too many wait for the shop"),
    say("no answer within {seconds} s"),
    say("the database is away, which knows whether the shop is linked"),
    say("the shop does not know these credentials"),
    say("the shop does not allow these credentials to do this"),
    say(
        "CYBERBIZ does not know this  username  and  secret,  or this machine's clock is minutes away from"
        " its own; a shop that has bought the app store's way has  access: app_store"
    ),
    say(
        "the shop has not bought CYBERBIZ's API (尚未購買 API，請改用擴充服務市集串接): install the app from"
        " the app store, and write  access: app_store  with its  token"
    ),
    say(
        "CYBERBIZ does not know the app's token: is it of this shop, and is the app still installed? A shop"
        " that has bought the API instead has  access: api_secret"
    ),
    say(
        "CYBERBIZ does not allow the app to do this: install it again from the app store (擴充服務市集), as"
        " an administrator, with all that it asks for"
    ),
    say(
        "the app's token has run out on {day}: install the app again from CYBERBIZ's app store"
        " (擴充服務市集), or give its new  token"
    ),
    say("the app's token has run out: install the app again"),
    say("CYBERBIZ does not take the app's token: is it still installed there?"),
    say("CYBERBIZ gives no token for this any more"),
    say("CYBERBIZ does not know this  app_id  and  app_secret:  are they of this app?"),
    say("the shop's plan at CYBERBIZ does not allow this app"),
    say('the shop "{shop}" has no "{name}": add  {name}: ${…}  to its settings'),
    say('the shop "{shop}" was not installed: install the app there'),
    say('the shop "{shop}" has no token any more: install the app again'),
    say('the shop "{shop}" is not linked: oaflow shop link'),
    say('the shop "{shop}" has no API to ask: its platform is "{platform}"'),
    say('the shop "{shop}" is a list'),
    say('the shop "{shop}" knows LINE users by "{channel}"'),
    say('of the shop "{shop}" none of this may be written any more'),
    say("SHOPLINE has no call that writes a LINE user id"),
    say("the credentials may not read orders"),
    say("nothing of an order is in doubt"),
    say("the shop knows no such member"),
    say("{number} members of the shop have the same phone"),
    say("it does not take our signature: is the  secret  the same there?"),
    say('its own system does not do "{call}"'),
    say("the answer is not JSON"),
)


def _pattern(template: str) -> re.Pattern[str]:
    """What a sentence of this template looks like; a value that stands in it twice is the same twice."""
    known: set[str] = set()

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in known:
            return f"(?P={name})"
        known.add(name)
        return f"(?P<{name}>.+?)"

    parts, at = [], 0
    for found in NAMED.finditer(template):
        parts += [re.escape(template[at : found.start()]), value(found)]
        at = found.end()
    return re.compile("".join(parts) + re.escape(template[at:]), re.DOTALL)


_KNOWN = tuple((one.template, _pattern(one.template)) for one in _REASONS)


def why_failed(why: str) -> Said | str:
    """The sentence, or, of what is only for who writes the shop's side, the English as it is."""
    for template, pattern in _KNOWN:
        if found := pattern.fullmatch(why):
            return Said(template, tuple(found.groupdict().items()))
    return why
