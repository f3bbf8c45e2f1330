"""The set-up of a channel, item by item: this machine, LINE, the shop, what persons said (A3, A4, C8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import TAIPEI, Playbook
from bot.engine.compiled.rule import OnNews, Rule
from bot.engine.menus.menu_face import default_menu
from bot.model.settings import Settings
from bot.model.translatable import Translatable
from bot.operations.binding_checklist import binding_checklist
from bot.operations.doctor.account import StaffPlace, account_findings
from bot.operations.doctor.ask import ChannelAnswers, ask_about
from bot.operations.doctor.finding import SetupFinding
from bot.operations.doctor.machine import MachineState, first_moment, machine_findings
from bot.operations.doctor.menu import menu_finding
from bot.operations.doctor.pages import pages_findings
from bot.operations.doctor.questions import SetupQuestion, question_findings, questions_of
from bot.operations.doctor.shop import shop_answers, shop_findings
from bot.operations.doctor.webhook import WebhookAnswers, is_public, webhook_findings
from bot.operations.payload import Payload, pick
from bot.operations.today import shop_health
from bot.store.stores import Stores

Findings: TypeAlias = Sequence[SetupFinding]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known before LINE is asked. `playbook`: `None` where its files have `mistakes`; `api`: the base
    address of LINE's, `public`: ours, empty while it is unknown; `now`: this machine's time; `stores`: `None`
    where the database cannot be had, and `no_database` why; `embedded`: it is the one that comes along;
    `is_simulated`: LINE is the simulator's, which reaches this machine."""

    settings: Settings
    playbook: Playbook | None
    api: str
    public: str
    now: datetime
    stores: Stores | None = None
    no_database: Translatable | None = None
    embedded: bool = False
    mistakes: int = 0
    is_simulated: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the team; Taipei's where the files have mistakes."""
        return TAIPEI if self.playbook is None else self.playbook.zone

    def questions(self, channel: str) -> Sequence[SetupQuestion]:
        """What a person is asked about a channel."""
        return questions_of(self.settings.channels[channel], self.staff(channel), greets=self._greets)

    def staff(self, channel: str) -> StaffPlace:
        """Where staff answer."""
        rules = None if self.playbook is None else self.playbook.channels.get(channel)
        return "none" if rules is None else rules.staff

    def shop(self, channel: str) -> str | None:
        """The shop of a channel."""
        rules = None if self.playbook is None else self.playbook.channels.get(channel)
        return None if rules is None else rules.shop

    def moment(self, at: datetime) -> str:
        """To the minute, as the team's clock says it."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    @property
    def _greets(self) -> bool:
        return self.playbook is None or any(_greets(one) for one in self.playbook.rules)


@dataclass(frozen=True, slots=True)
class Examination:
    """Of one channel, by name: its findings in the order in which one mends them."""

    channel: str
    findings: Findings

    @property
    def is_fine(self) -> bool:
        """Whether nothing needs somebody."""
        return not any(one.needs_staff for one in self.findings)


async def examine(around: Surroundings, channel: str) -> Examination:
    """Ask and judge; nothing is changed anywhere. Raises `DatabaseUnavailable` where it has `stores`."""
    account = around.settings.channels[channel]
    return await judged(around, channel, await ask_about(account, around.api, around.public))


async def with_ours(around: Surroundings, channel: str, seen: WebhookAnswers) -> WebhookAnswers:
    """The same, with the addresses that this bot has set at LINE before. Raises as `examine`."""
    if around.stores is None:
        return seen
    link = await around.stores.channel_links.of(around.settings.channels[channel].channel_id)
    return seen if link is None else replace(seen, ours=link.ours)


async def judged(around: Surroundings, channel: str, seen: ChannelAnswers) -> Examination:
    """What the answers mean, with what persons have said. Raises as `examine`."""
    account, stores = around.settings.channels[channel], around.stores
    replies = {} if stores is None else {one.item: one for one in await stores.setup_replies.of(channel)}
    items = [] if stores is None else await binding_checklist(stores, around.settings, channel)
    health = [] if stores is None else await shop_health(stores, around.settings)
    asked, at_line = around.questions(channel), await with_ours(around, channel, seen.webhook)
    return Examination(
        channel,
        [
            *machine_findings(_machine(around, seen)),
            *account_findings(account, seen.account, around.staff(channel)),
            *await _menu(around, channel, seen),
            *webhook_findings(at_line, around.now, is_simulated=around.is_simulated),
            *pages_findings(account.liff, seen.pages),
            *(shop_answers(one, around.moment) for one in health if one.shop == around.shop(channel)),
            *shop_findings(items),
            *question_findings(asked, replies),
        ],
    )


async def _menu(around: Surroundings, channel: str, seen: ChannelAnswers) -> Findings:
    """None where playbook or database cannot be read, which is an item of its own."""
    if around.playbook is None or around.stores is None:
        return []
    mapping = await around.stores.rich_menus.of(channel)
    return [menu_finding(seen.account.default_menu, default_menu(around.playbook, channel), mapping)]


def _greets(rule: Rule) -> bool:
    return any(isinstance(one, OnNews) and one.kind == "follow" for one in rule.when)


def _machine(around: Surroundings, seen: ChannelAnswers) -> MachineState:
    return MachineState(
        around.mistakes,
        first_moment(seen.moments),
        around.now,
        around.no_database,
        around.embedded,
        is_public(around.public),
    )


def examination_payload(found: Examination) -> Payload:
    """The same as data."""
    fields = ("item", "area", "state", "title", "saw", "why", "mend", "by", "at", "answer")
    return {
        "channel": found.channel,
        "fine": found.is_fine,
        "items": [pick(one, *fields) for one in found.findings],
    }
