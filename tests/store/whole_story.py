"""A whole story on a real database: all that may leave something of a person there, with real desks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from hashlib import sha256

from bot.engine.members.identity import OfShop
from bot.line.outcome import Refused
from bot.model.admin import AdminAccount
from bot.model.audit import AuditEntry, AuditRow
from bot.model.brake import PushStop
from bot.model.broadcast import Recipient, Sending, SendingBatch
from bot.model.bulk_run import BulkAhead, BulkFigures, BulkRun, SoughtPeople
from bot.model.channel_link import ChannelLink, FormerAddress
from bot.model.chat_view import ChatFilters, ChatView
from bot.model.clerk import StoreClerk
from bot.model.contact import Contact, Identity
from bot.model.contact_note import ContactNote
from bot.model.conversation import UNKNOWN, SentMessage, StaffPicture
from bot.model.draft import DraftFile
from bot.model.erasure import Erasure, KnownBy
from bot.model.event import Profile
from bot.model.instance import Instance, ReservedMember
from bot.model.journal import TimelineRow
from bot.model.menus import MenuBatch, MenuPerson
from bot.model.own_secret import OwnSecret
from bot.model.processes import part_of
from bot.model.proposal import Proposal
from bot.model.published_version import NowLive, VersionFile, VersionFiles
from bot.model.ready_answer import ReadyAnswer
from bot.model.settings import Alert, SmsSettings
from bot.model.setup_reply import SetupReply
from bot.model.shop import MemberRecord, ShopInstall, ShopLink, ShopWebhook, SyncRun
from bot.model.translatable import ENGLISH
from bot.operations.till import TillActor
from bot.operations.tokens import StaffTokens
from bot.operations.version_files import PlaybookText
from bot.promotions.appointments.model import AppointmentRequest, PlaceWish
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.store.place_wishes import PlaceWishes
from bot.promotions.coupons.operations.acts import redeem
from bot.promotions.coupons.store.grants import Coupons
from bot.runtime.alerts.alert_dispatcher import AlertQueue
from bot.runtime.alerts.receivers import alert_receivers
from bot.runtime.effects.codes import OneTimeCodes, SmsDayWatch
from bot.runtime.effects.effect_runner import EffectRouter
from bot.runtime.effects.matching import MatchFinder
from bot.runtime.effects.merging import Merging
from bot.runtime.effects.sms_credit import SmsCredits
from bot.runtime.intake.receive import MARGIN
from bot.runtime.pages import PageService, Viewer
from bot.services.members import MemberService
from bot.store.api_answers import CallMark
from bot.store.collection_spec import PersonKeys
from bot.store.contacts.erasures import PendingErasure
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import ManualClock
from tests.notice_world import PretendBrowser
from tests.people import become_tester, come
from tests.playbooks import PRIVACY, compiled, joining
from tests.promotions.appointments.examples import HAIRCUT, TAIPEI, at_ten
from tests.promotions.coupons.examples import TEN_OFF, asks
from tests.runtime.harness import Bot, ScriptedLine, followed, said
from tests.runtime.page_world import NoShop
from tests.runtime.test_codes import ScriptedSender
from tests.services.members import ScriptedShop, SomeShops

PHONE, WRITTEN = "+886912345678", "0912345678"
NAME, NUMBER, MAIL, ALLERGY, TALK, TOLD = (
    "周怡君",
    "MEMBER-6001",
    "amy@forest.example",
    "花生過敏",
    "我昨天吃了很多餅乾",
    "這是只給您的祕密優惠",
)
CLERK = "林小安"
TOKEN = "shop-token-5f1d"
PASSWORD, SECOND = "$argon2id$v=19$m=65536$c2FsdA", "JBSWY3DPEHPK3PXP"
PRIVATE = (
    *(PHONE, WRITTEN, PHONE.removeprefix("+886"), NAME, NUMBER, MAIL, ALLERGY, TALK, TOLD, CLERK, TOKEN),
    *(PASSWORD, SECOND),
)
"""What must lie nowhere as it is."""
OPEN = {("contacts.name", NAME)}
"""What does (`docs/operations/install.md`, *The database*): LINE's names of people."""
HER, HER_OUTLET, HIM = "Uamy", "Uamyoutlet", "Ubob"
AMY = PersonKeys((f"main:{HER}", f"outlet:{HER_OUTLET}"), (HER, HER_OUTLET), (PHONE,))
BOB = PersonKeys((f"main:{HIM}",), (HIM,), ())

PLAYBOOK = compiled(
    f"""\
channels:
  main:
    {{id: forest, channel_id: "1", channel_secret: x, sms: best, shop: forest,
     liff: {{login_channel_id: "5", liff_id: 5-a}}}}
sms: {{best: {{provider: console, text: "驗證碼 {{{{ sms.code }}}}"}}}}
shops: {{forest: {{platform: cyberbiz, access: app_store}}}}
{PRIVACY}\
attributes:
  allergy: {{type: text, private: true}}
  mail: {{type: text, private: true}}
rules:
  - {{when: {{text: 優惠}}, reply: {TOLD}}}
  - {{when: {{text: 登記}}, start: allergies}}
  - {{when: {{text: 客服}}, do: [{{hand_over: 他想問訂單}}]}}
forms:
  letters: {{fields: [{{ask: 信箱？, answer: email}}], done: {{reply: {TOLD}}}}}
flows:
  allergies:
    states:
      which: {{ask: 對什麼過敏？, answer: text, save: allergy, next: mail}}
      mail: {{ask: 信箱？, answer: email, next: more}}
      more: {{ask: 還有嗎？, answer: [沒有], next: over}}
      over: {{do: [{{note: {TALK}}}, {{notify_staff: {TALK}}}], end: true}}
{joining("shop", TOLD, otherwise=TOLD)}"""
)

Look = Callable[[], Awaitable[None]]


class Story:
    """What is told; `look` is called wherever something lies there only for a moment."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock, look: Look) -> None:
        self._clock, self._look = clock, look
        self._line = ScriptedLine(profiles={HER: Profile(NAME)})
        self._sender = ScriptedSender()
        self._stores = stores = stores_of(database, seal)

        def sender(name: str) -> ScriptedSender:
            return self._sender

        credits = SmsCredits(lambda: {"best": SmsSettings("best", "mitake")}, sender, clock)
        ops = Alert("mail", MAIL, ("handed_over", "notified"), "smtp://mail.example")
        alerts = AlertQueue(stores.alerts, lambda: alert_receivers([ops]), clock)
        day = SmsDayWatch(alerts, lambda: ENGLISH, lambda: "")
        by = stores.people.link_owner
        codes = OneTimeCodes(stores.codes, lambda: PLAYBOOK, sender, credits, stores.contacts, by, clock, day)
        self._merging = Merging(stores.rewriter, stores.contacts, stores.audit, clock, OfShop)
        shop = ScriptedShop(phone=None, others=[ReservedMember(PHONE, NUMBER, {}, shop="forest")])
        shops = SomeShops(lambda: shop)
        members = MemberService(stores.phones, stores.contacts, stores.people, self._merging, shops, clock)
        matches = MatchFinder(stores.people, stores.contacts, stores.matches)
        self._bot = Bot(
            database,
            seal,
            clock,
            self._line,
            PLAYBOOK,
            effects=EffectRouter(
                codes,
                members,
                notices={**members.hears, **matches.hears, **alerts.hears},
            ),
        )
        self._desk = PageService(
            lambda: PLAYBOOK,
            stores.contacts,
            self._bot.inbox,
            self._bot.runtime.receiver.store,
            self._bot.runtime.ownership.owns,
            NoShop(),
            stores.page_changes,
            clock,
            self._bot.runtime.places,
        )
        self._bot.runtime.turns.on_pages = self._desk.on_turn_written
        self._bot.runtime.also("pages", self._desk.run)

    async def told(self) -> None:
        """From the first hello to the last word."""
        await self._bot.start()
        try:
            await self._in_the_chat()
            await self._on_the_page()
            await self._what_goes_wrong()
            await self._what_staff_do()
            await self._what_is_published()
        finally:
            await self._bot.crash()
        await self._look()

    async def _say(self, user: str, text: str) -> None:
        await self._bot.hear(said(text, user, self._clock))
        await self._bot.settle()
        await self._look()

    async def _what_is_published(self) -> None:
        """He waits for staff; a playbook with a list, on which she stands."""
        await self._say(HIM, "客服")
        for contact in (f"main:{HER}", f"main:{HIM}"):
            await self._stores.chat_signs.give(contact, "console:amy", self._clock.now(), types=True)
        content = f"phone\n{WRITTEN}\n".encode()
        file = VersionFile("rules/vip.csv", sha256(content).hexdigest(), len(content))
        await self._stores.playbooks.blobs.store([PlaybookText(file, content)])
        what, files = NowLive("a" * 64, "amy", "publish"), VersionFiles("bot.yaml", (file,))
        assert await self._stores.playbooks.accept(1, what, self._clock.now(), files)
        await self._look()

    async def _in_the_chat(self) -> None:
        for user in (HER, HIM):
            await self._bot.hear(followed(user, self._clock))
        await self._say(HIM, "優惠")
        for text in (TALK, "優惠", "登記", ALLERGY, MAIL, "沒有"):
            await self._say(HER, text)
        await self._a_picture()
        await self._what_a_turn_carries()

    async def _what_a_turn_carries(self) -> None:
        """She says something when her part has been ours for a while."""
        self._clock.advance(MARGIN / 1000 + 1)
        at = int(self._clock.now().timestamp() * 1000)
        await self._bot.hear(said(TALK, HER, self._clock, timestamp=at))
        await self._look()
        await self._bot.settle()

    async def _a_picture(self) -> None:
        """She sends one, and staff open it."""
        picture = {"type": "file", "id": "5566", "fileName": f"{NAME}.pdf"}
        await self._bot.hear(said("", HER, self._clock, message=picture))
        await self._bot.settle()
        [turn] = await self._stores.conversations.page([f"main:{HER}"], None, 1)

        async def content() -> AsyncIterator[bytes]:
            yield f"%PDF-{TALK}".encode()

        message = SentMessage("5566", "file", turn.event, turn.chat, turn.at)
        await self._stores.conversation_files.keep(message, content())
        await self._look()

    async def _on_the_page(self) -> None:
        viewer = Viewer("main", HER, "joining")
        screen = await self._desk.opened(viewer, {})
        for text in ("不告訴你", WRITTEN, ""):
            text = text or self._sender.code  # which comes while the others are answered
            screen = await self._desk.answered(viewer, visit=screen.visit, step=screen.step, text=text)
            await self._look()
            while screen.kind == "busy":
                screen = await self._desk.screen(viewer, screen.step, 25.0)
            await self._look()
        assert screen.kind == "done", screen
        await self._say(HER, "我加入了")

    async def _sent_a_broadcast(self, contact: str, now: datetime) -> None:
        sendings = self._stores.sendings
        sending = Sending("sale@1", "sale", "main", now, now, state="gathering", by="command:test")
        batch = SendingBatch("sale@1#0", "sale@1", 0, "main", "", (Recipient(contact, HER),))
        assert await sendings.add(sending)
        assert await sendings.gathered(sending, [batch], contact)
        assert await sendings.change(sending.id, ["gathering"], state="sending", reached="")

    async def _in_a_form(self) -> None:
        viewer = Viewer("main", HER, "letters")
        screen = await self._desk.opened(viewer, {})
        screen = await self._desk.answered(viewer, visit=screen.visit, step=screen.step, text=MAIL)
        await self._look()
        await self._desk.answered(viewer, visit=screen.visit, step=screen.step, text="", act="send")
        await self._bot.settle()
        await self._look()

    async def _what_goes_wrong(self) -> None:
        self._line.outcomes.append(Refused(400, "The request body has 1 error", "r-1", "bad-request"))
        await self._say(HER, "優惠")
        assert [letter.contact for letter in await self._bot.dead_letters()] == [f"main:{HER}"]
        event = next(row.id for row in await self._bot.timeline(HER))
        await self._bot.inbox.set_aside(event, part_of(f"main:{HER}"), f"ValueError: {TALK}")
        await self._stores.attempts.failed("192.0.2.7", "a", self._clock.now())
        await self._stores.clerk_guesses.may(HER, "a", self._clock.now())

    async def _what_staff_do(self) -> None:
        contact, started = f"main:{HER}", self._clock.now()
        note = TimelineRow(f"{contact}#note", contact, part_of(contact), started, "note", (), TALK)
        await self._bot.rows.timeline([note])
        proven = Instance(
            "joining", "main", "bound", 1, started, started, proven=PHONE, found=ReservedMember(PHONE, NUMBER)
        )
        cat = Contact("main:Ucat", identities=(Identity("main", "Ucat"),), flows=(proven,))
        outlet = Contact(
            f"outlet:{HER_OUTLET}", identities=(Identity("outlet", HER_OUTLET),), email=MAIL.lower()
        )
        await come(self._bot.contacts, cat, outlet)
        await self._in_a_form()
        people = (MenuPerson(contact, HER, 1),)
        await self._stores.menu_people.begin(MenuBatch("batch", "main", "richmenu-1", people, None))
        await self._sent_a_broadcast(contact, started)
        await self._merging.merge(contact, f"outlet:{HER_OUTLET}", "command:test")
        account = AdminAccount("amy", "admin", self._clock.now(), "e", password=PASSWORD, totp=SECOND)
        assert await self._stores.admins.add(account)
        await StaffTokens(self._stores, self._clock).make("warehouse", "agent", 30, "console:amy")
        await self._stores.push_subscriptions.put(PretendBrowser("amy").subscription(self._clock))
        draft = DraftFile("rules/a.yaml", "text", b"rules: []", "sha", "rules:", 0, self._clock.now())
        assert await self._stores.drafts.put("amy", draft) is not None
        reply = SetupReply("main", "enabled_by", True, "amy", self._clock.now(), "老闆阿明")
        await self._stores.setup_replies.store(reply)
        view = ChatView("v1", NAME, ChatFilters("done", tag=ALLERGY), "console:amy", self._clock.now())
        await self._stores.chat_views.store(view)
        ready = ReadyAnswer("r1", NAME, f"{NAME} {PHONE}", "console:amy", self._clock.now(), "hi")
        await self._stores.ready_answers.store(ready)
        await self._stores.ready_answers.set_picture("r1", StaffPicture(ALLERGY.encode() * 9, UNKNOWN))
        former = FormerAddress("https://other.example/hook?token=theirs", "amy", self._clock.now())
        linked = ChannelLink("1001", "森活選品", "main", "linked", "amy", self._clock.now(), former=former)
        assert await self._stores.channel_links.put(linked, None)
        now = self._clock.now()
        line = AuditEntry("draft_handed_in", "console:amy", now, id="draft_handed_in:1")
        await self._stores.proposals.put(Proposal("amy", "amy", "console:amy", now, 1, "sha", ALLERGY), line)
        await self._stores.clerks.write([(StoreClerk("A01", CLERK, store="xinyi", phone=PHONE), None)])
        record = MemberRecord("list", contact, PHONE, NUMBER, {"姓名": NAME, "過敏": ALLERGY})
        assert await self._stores.member_records.keep("list", [record]) == 1
        await become_tester(self._stores, "@boss", contact, started)
        about = ContactNote("note", contact, ALLERGY, "console:amy", started)
        await self._stores.contact_notes.add(
            about, AuditRow("note_written:1", started, "console:amy", "note_written", contact)
        )
        await self._stores.person_codes.issue(contact, self._clock.now())
        booking = AppointmentRequest("act 1", contact, started, at_ten(started))
        assert (await self._stores.of(Appointments).book(HAIRCUT, booking, TAIPEI)).result == "booked"
        wish = PlaceWish("wish 1", HAIRCUT.name, HAIRCUT.title, "2026-12-01", started)
        await self._stores.of(PlaceWishes).join(wish, contact, "main", started + timedelta(days=9))
        [answer] = await self._stores.of(Coupons).give(TEN_OFF, [asks(contact)])
        assert answer.grant is not None
        used = await redeem(self._stores, PLAYBOOK, answer.grant.code, TillActor("command:test"), "p1")
        assert used.what == "redeemed"
        shown = AuditRow("shown", started, "command:test", "set", contact, None, (ALLERGY,))
        await self._stores.audit.add(shown)
        told = await self._stores.api_answers.begin("warehouse", "k" * 32, TALK.encode(), contact, started)
        assert isinstance(told, CallMark)
        await self._stores.api_answers.end(told, TALK.encode(), 200, {"said": TALK})
        dog = PendingErasure(Erasure("DOG", started, "command:test"), PersonKeys(["main:Udog"], ["Udog"]))
        await self._stores.erasures.begin([dog], [KnownBy(["main:Udog"], phones=[PHONE])])
        assert await self._stores.secrets.put(
            OwnSecret("shops.main", TOKEN, 1, "command:test", started), None
        )
        link = ShopLink(
            "forest", "cyberbiz", "app_store", "shop", "mei", started, domain="forest.cyberbiz.co"
        )
        assert await self._stores.shop_links.put(link, None)
        await self._stores.shop_news.keep(
            [ShopWebhook("news", "forest", "customers/update", f'{{"mobile": "{PHONE}"}}'.encode(), started)]
        )
        assert await self._stores.shop_syncs.order("forest", SyncRun("all", "command:test", started), None)
        await self._stores.shop_installs.begin(
            ShopInstall(
                "state", "session", "mei", "other", "main", "other.cyberbiz.co", started + timedelta(1)
            )
        )
        whom = SoughtPeople(text=PHONE, chosen=(contact, "main:Ucat"))
        sought = BulkRun("run", "tag", "VIP", "command:test", started, whom)
        deed = AuditEntry("many_tagged", "command:test", started, "VIP", id="many:run", state="began")
        assert await self._stores.bulk_runs.add(sought, deed, "process", started)
        assert await self._stores.bulk_runs.keep(sought, "process", contact, BulkFigures(1), started)
        assert await self._stores.bulk_runs.plan(
            sought, "process", BulkAhead(contact, BulkFigures(2)), started
        )
        stop = PushStop("outlet", None, "command:test", started)
        assert await self._stores.brakes.pull(
            stop, AuditEntry("pushes_stopped", "command:test", started, id="stopped")
        )
        await self._look()
        await self._bot.settle()
        await self._stores.counts.fold_all()
