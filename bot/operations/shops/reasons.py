"""Why a shop is not linked or could not answer, in words, each with its way out.

Failures are English sentences: they stand in logs, and with what was stopped. A test holds both together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.model.said import NAMED, Refusal, Said, say
from bot.model.settings import ShopSettings
from bot.model.shop import ShopLink
from bot.shops.failure import (
    CredentialsExpired,
    CredentialsMissing,
    CredentialsRefused,
    NotPermitted,
    ShopAway,
    ShopFailed,
)
from bot.shops.platforms import access_of

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


SetupTrouble: TypeAlias = Literal[
    "no_crm_module",
    "no_permission",
    "shop_elsewhere",
    "team_elsewhere",
    "by_api_secret",
    "by_app_store",
    "not_signed",
    "over",
    "code_used",
    "declined",
    "plan",
    "app_unknown",
    "other_shop",
    "away",
    "not_understood",
    "no_api",
]


class SetupRefused(Refusal):
    """It is not linked: `what` is in the way, and each of `ways` is a way out of it.

    `shop` is on whose page one goes on; empty: on that of the shop which was to be linked.
    """

    def __init__(self, trouble: SetupTrouble, what: Said, ways: Sequence[Said], shop: str = "") -> None:
        told = what
        for way in ways:
            told = say("{what}; {way}", what=told, way=way)
        super().__init__(told)
        self.trouble = trouble
        self.what = what
        self.ways = tuple(ways)
        self.shop = shop


@dataclass(frozen=True, slots=True)
class TeamHere:
    """Who we are to whoever installs: the bot's name, and the account whose shop it is to be."""

    bot: str
    channel: str


SIGN_IN_ANEW = say("sign out, and sign in to another team with an account of it")
INSTALL_AGAIN = say("begin again in CYBERBIZ's back office: APP MARKET, 「擴充服務市集」, 「安裝應用程式」")


def no_crm_module(team: TeamHere) -> SetupRefused:
    """The playbook has no shop here that could be installed."""
    return SetupRefused(
        "no_crm_module",
        say(
            "the team {bot} has no CRM module (尚未購買 CRM 模組): its account {channel} has no shop that is"
            " installed from the app store",
            bot=team.bot,
            channel=team.channel,
        ),
        (
            say("whoever keeps its files writes down the shop, with  access: app_store,  app_id, app_secret"),
            say("was it the wrong team? {way}", way=SIGN_IN_ANEW),
        ),
    )


def no_permission(name: str, role: Said) -> SetupRefused:
    """Only supervisors and administrators link shops."""
    what = say("this account may not link shops (此帳號無串接權限): {name}, {role}", name=name, role=role)
    return SetupRefused(
        "no_permission", what, (say("sign in with the account of a supervisor or an administrator"),)
    )


def shop_elsewhere(domain: str, other: ShopLink) -> SetupRefused:
    """The shop is linked with another team already."""
    what = say(
        "the shop {domain} is linked with another team already (此商店已串接於其他團隊): {other}",
        domain=domain,
        other=other.shop,
    )
    return SetupRefused("shop_elsewhere", what, (unlink_first(other),), other.shop)


def team_elsewhere(link: ShopLink, domain: str | None = None) -> SetupRefused:
    """The team is linked with another shop already."""
    what = say(
        "this team is linked with another shop already (此團隊已串接於其他商店): {other}",
        other=link.domain or link.shop,
    )
    return SetupRefused("team_elsewhere", what, (unlink_first(link),))


def unlink_first(link: ShopLink) -> Said:
    """Where a link is undone: on the side that has made it."""
    if link.side == "shop":
        return say(
            "undo that link first, in CYBERBIZ's back office: APP MARKET, 「我的擴充服務」,"
            " remove the app (移除擴充功能); then install it again"
        )
    return say(
        "undo that link first, here: on the shop's page, or  oaflow shop unlink {shop};  then link again",
        shop=link.shop,
    )


def by_api_secret(shop: str) -> SetupRefused:
    """The playbook says the other way in."""
    what = say(
        "the shop {shop} is set up for an API connection to CYBERBIZ,"
        " not for installation from its app store",
        shop=shop,
    )
    return SetupRefused(
        "by_api_secret",
        what,
        (
            say("has the app store's version been bought? write  access: app_store"),
            say(
                "has the API been bought? remove the app in CYBERBIZ's back office:  oaflow shop link {shop}",
                shop=shop,
            ),
        ),
    )


def by_app_store(shop: str) -> SetupRefused:
    """Nothing can be tried here: the shop gives its token itself."""
    what = say("the shop {shop} is installed from CYBERBIZ's app store (擴充服務市集)", shop=shop)
    return SetupRefused(
        "by_app_store",
        what,
        (
            say("install the app in the shop's back office: APP MARKET, 「擴充服務市集」"),
            say(
                "was the API bought instead? use an API connection: "
                " access: api_secret  with username and secret"
            ),
        ),
    )


def not_signed() -> SetupRefused:
    """Whoever sends the browser here is not CYBERBIZ."""
    what = say("this address was not made by CYBERBIZ for this app: its sign is wrong")
    ways = (INSTALL_AGAIN, say("is  app_secret  in the playbook the one of this app?"))
    return SetupRefused("not_signed", what, ways)


def over() -> SetupRefused:
    """What has come back belongs to no installation of this browser."""
    what = say("this installation is over: too late, used already, or begun in another browser or sign-in")
    return SetupRefused("over", what, (INSTALL_AGAIN,))


def declined() -> SetupRefused:
    """Whoever was asked at the shop has said no."""
    what = say("nobody has agreed in CYBERBIZ's back office, so nothing was linked")
    return SetupRefused("declined", what, (INSTALL_AGAIN,))


def other_shop(domain: str) -> SetupRefused:
    """The token is of another shop than the one that was asked for."""
    what = say(
        "CYBERBIZ has given the token of another shop than {domain}: nothing was linked", domain=domain
    )
    return SetupRefused("other_shop", what, (INSTALL_AGAIN,))


def while_installing(error: ShopFailed) -> SetupRefused:
    """What CYBERBIZ said when it was asked for a token."""
    match error:
        case CredentialsRefused() if "app_id" in str(error):
            what = say("CYBERBIZ does not know this  app_id  and  app_secret")
            way = say("whoever keeps the files compares them with the app's page at CYBERBIZ")
            return SetupRefused("app_unknown", what, (way,))
        case CredentialsRefused() | CredentialsExpired():
            what = say("CYBERBIZ does not take this code: it was used, or is older than 10 minutes")
            return SetupRefused("code_used", what, (INSTALL_AGAIN,))
        case NotPermitted():
            return plan()
        case ShopAway():
            what = say("CYBERBIZ does not answer just now, so nothing was linked")
            return SetupRefused("away", what, (say("try again in some minutes"), INSTALL_AGAIN))
        case _:
            what = say("CYBERBIZ's answer is not what it documents: {why}", why=why_failed(str(error)))
            return SetupRefused("not_understood", what, (INSTALL_AGAIN,))


def plan() -> SetupRefused:
    """The shop's plan has no app store, or not this."""
    what = say("the shop's plan at CYBERBIZ does not allow the app")
    way = say("it needs the enterprise plan (企業版) or one with commission (抽成方案): ask CYBERBIZ")
    return SetupRefused("plan", what, (way,))


def while_trying(shop: ShopSettings, error: ShopFailed) -> SetupRefused:
    """What the platform said when the credentials of the playbook were tried."""
    why = why_failed(str(error))
    match error:
        case CredentialsMissing():
            what = say("the shop {shop} has not all credentials here: {why}", shop=shop.name, why=why)
            return SetupRefused("no_api", what, (say("set them where the bot runs, then link again"),))
        case NotPermitted() if _is_by_secret(shop):
            what = say("the shop {shop} has not bought CYBERBIZ's API (尚未購買 API)", shop=shop.name)
            return SetupRefused(
                "no_api", what, (_BY_APP, say("was it bought just now? ask CYBERBIZ to open it"))
            )
        case CredentialsRefused() if _is_by_secret(shop):
            what = say("CYBERBIZ does not know the API username and API secret of {shop}", shop=shop.name)
            return SetupRefused("no_api", what, (_COMPARE, _BY_APP, _CLOCK))
        case NotPermitted() | CredentialsRefused() | CredentialsExpired():
            what = say("the shop {shop} refuses: {why}", shop=shop.name, why=why)
            return SetupRefused("no_api", what, ())
        case ShopAway():
            what = say("the shop {shop} does not answer: {why}", shop=shop.name, why=why)
            return SetupRefused("away", what, (say("try again in some minutes"),))
        case _:
            what = say("the shop {shop} answers otherwise than it documents: {why}", shop=shop.name, why=why)
            way = say("it may be down for maintenance: try again in some minutes, else ask the platform")
            return SetupRefused("not_understood", what, (way,))


_BY_APP = say(
    "has the app store's version been bought? install it from there instead: whoever keeps the files writes "
    " access: app_store,  app_id  and  app_secret"
)
_COMPARE = say(
    "compare  username  and  secret  with what CYBERBIZ has given: nothing missing, no blank before or behind"
)
_CLOCK = say("is the clock of the machine right? some minutes off, and CYBERBIZ refuses everything")


def _is_by_secret(shop: ShopSettings) -> bool:
    return (shop.platform, access_of(shop.platform, shop.access)) == ("cyberbiz", "api_secret")
