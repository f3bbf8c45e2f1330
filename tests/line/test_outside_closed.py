"""On a copy for trying no connection leaves the process, by whichever way one is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import aiohttp
import pytest
from multidict import CIMultiDict
from yarl import URL

from bot.connectors.mail.server import MailServer
from bot.connectors.mail.smtp import Letter, MailNotSent, send
from bot.connectors.push.browser_push import BrowserMessage, PushCaller, PushResult
from bot.connectors.shops.cyberbiz.oauth import CyberbizOauth, office_of
from bot.connectors.shops.cyberbiz.refusals import while_installing
from bot.connectors.shops.members import members_of
from bot.connectors.sms.providers import sender_of
from bot.connectors.sms.sender import ShortMessage, SmsNotSent
from bot.engine.compiled.playbook import TAIPEI
from bot.hooks.answer import HookFailure
from bot.hooks.call import HookCaller
from bot.hooks.outside_connector import inside_session, outside_session
from bot.line.http_call import NothingLeaves, ask, lasting_session, new_session, time_outs
from bot.line.outcome import NotSent
from bot.model.outside import IS_COPY, WHY_CLOSED, OutsideClosed, close_outside
from bot.model.settings import HookSettings, ShopSettings, SmsSettings
from bot.model.shop_failure import NotAsked
from bot.operations.shops.reasons import while_trying
from bot.translations.chinese import CHINESE
from tests.conftest import NOW, ManualClock
from tests.fakes.fake_line import FakeLine
from tests.fakes.mail_server import mail_server_fake
from tests.notice_world import KEY, PretendBrowser
from tests.sources import BOT, modules, text_of

MAKES_ONE = re.compile(
    r"\b(aiohttp\.ClientSession|aiohttp\.TCPConnector|create_connection|open_connection|aiosmtplib\.SMTP)\("
)
KNOWN = {
    "hooks/outside_connector.py": "the connector itself",
    "line/http_call.py": "OutsideConnector",
    "line/wire.py": "asks first",
    "connectors/mail/smtp.py": "asks first",
    "operations/doctor/ask.py": "OutsideConnector",
    "app/playbook_trials.py": "to a process of this machine, which plays a draft with pretend people",
    "store/database/direct.py": "to the database",
}
"""Who makes connections, and why none of them leaves a copy."""


@pytest.fixture
def closed() -> Iterator[None]:
    close_outside(True)
    yield
    close_outside(False)


def test_whoever_makes_a_connection_is_known() -> None:
    """A new way out has to ask, too: then it is added here."""
    found = {
        str(path.relative_to(BOT))
        for path in modules(BOT)
        if MAKES_ONE.search(text_of(path)) and "simulator" not in path.parts
    }
    assert found | {"hooks/outside_connector.py"} == KNOWN.keys()


@pytest.mark.parametrize("session", [lasting_session, outside_session, inside_session])
async def test_no_session_reaches_anybody(session: Callable[[], aiohttp.ClientSession], closed: None) -> None:
    async with FakeLine.running() as line, session() as http:
        with pytest.raises(aiohttp.ClientConnectorError) as refused:
            await http.get(line.url)
        assert isinstance(refused.value.os_error, OutsideClosed)
        answer = await ask(http, "GET", URL(line.url), CIMultiDict(), None, time_outs())
        assert answer == NotSent(WHY_CLOSED)
    assert not line.requests


async def test_what_only_calls_somebody_is_refused_at_once(closed: None) -> None:
    with pytest.raises(NothingLeaves, match="a copy for trying"):
        new_session()


async def test_no_mail_is_handed_in(closed: None) -> None:
    async with mail_server_fake() as mails:
        letter = Letter("1", "b@forest.example", "a@forest.example", "x", "y", NOW)
        server = MailServer("127.0.0.1", mails.port, "starttls")
        assert await send(letter, server, private=("127.0.0.1",)) == MailNotSent(WHY_CLOSED)
    assert not mails.taken


SMS = [
    SmsSettings("a", "mitake", {"username": "u", "password": "p"}),
    SmsSettings("b", "every8d", {"username": "u", "password": "p"}),
    SmsSettings("c", "twilio", {"account": "u", "token": "p", "sender": "+15005550006"}),
]


@pytest.mark.parametrize("settings", SMS, ids=lambda one: one.provider)
async def test_no_code_is_sent_and_no_credit_asked_for(settings: SmsSettings, closed: None) -> None:
    """B12."""
    async with lasting_session() as http:
        sender = sender_of(settings, http)
        message = ShortMessage("0" * 32, "+886912345678", "012345")
        assert await sender.send(message) == SmsNotSent(WHY_CLOSED, "unreachable")
        assert await sender.credit() is None


SHOPS = [
    ShopSettings("forest", "cyberbiz", credentials={"username": "u", "secret": "s"}),
    ShopSettings("forest", "shopline", credentials={"username": "u", "token": "t"}),
    ShopSettings("forest", "hook", credentials={"url": "https://erp.example/shop", "secret": "s"}),
]


@pytest.mark.parametrize("shop", SHOPS, ids=lambda one: one.platform)
async def test_no_shop_is_asked_or_linked(shop: ShopSettings, closed: None) -> None:
    """C2, C5, B19: at once, without the tries of one that is away, and staff read why."""
    clock = ManualClock()
    async with lasting_session() as http, HookCaller(clock, lambda: ()) as hooks:
        members = members_of(shop, {}, TAIPEI, http, clock, hooks)
        with pytest.raises(NotAsked) as refused:
            await members.by_phone("+886912345678")
    assert refused.value.message == IS_COPY
    what = while_trying(shop, refused.value).what
    assert CHINESE.text(what) == "這是試用的副本：不會傳給任何人"


async def test_no_shop_is_installed(closed: None) -> None:
    """C3: OAuth."""
    async with lasting_session() as http:
        app = CyberbizOauth(office_of("forest.cyberbiz.co"), "id", "secret", http, ManualClock())
        for asked in (app.redeem("code", "https://bot.example/back"), app.renew("refresh")):
            with pytest.raises(NotAsked) as refused:
                await asked
            assert while_installing(refused.value).what == IS_COPY


@pytest.mark.parametrize("private", [(), ("erp.example",)])
async def test_no_hook_is_called(private: tuple[str, ...], closed: None) -> None:
    """F3, K4: nor tried again; alerts by webhook go by the same."""
    async with HookCaller(ManualClock(), lambda: private) as hooks:
        failure = await hooks.call(HookSettings("orders", "https://erp.example/x", "s", tries=3), "1", {})
    assert failure == HookFailure("copy")
    assert str(failure) == WHY_CLOSED


async def test_no_browser_is_told(closed: None) -> None:
    """E3: Web Push."""
    async with outside_session() as http:
        caller = PushCaller(http, KEY, "https://bot.example", ManualClock())
        message = BrowserMessage(b"{}", "waits", 900)
        assert await caller.send(PretendBrowser().subscription(ManualClock()), message) == PushResult(
            "refused", WHY_CLOSED
        )


async def test_where_it_is_open_all_go() -> None:
    async with (
        FakeLine.running() as line,
        inside_session() as http,
        http.get(f"{line.url}/v2/bot/info") as answer,
    ):
        assert answer.status
    assert line.requests
