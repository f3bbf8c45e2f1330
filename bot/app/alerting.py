"""Alerts, wired together: what is kept for whom, who tells them, and by which ways."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.app.context import AppContext
from bot.engine.compiled.playbook import Playbook
from bot.hooks.call import HookCaller
from bot.model.translatable import ENGLISH, Language
from bot.runtime.alerts.alert_dispatcher import AlertDesk, AlertTeller
from bot.runtime.alerts.carriers import AnyCarrier, ByLine, ByMail, ByWebhook
from bot.runtime.alerts.receivers import AlertCarrier, AlertReceiver, alert_receivers
from bot.runtime.alerts.words import Wording
from bot.runtime.process import Runtime
from bot.translations.chinese import CHINESE


@dataclass(frozen=True, slots=True)
class Alerting:
    """`desk` keeps alerts; they are told as long as a runtime has it joined."""

    serving: AppContext
    desk: AlertDesk
    carrier: AlertCarrier

    def join(self, runtime: Runtime) -> None:
        """Tell what this process is to tell, as long as `runtime` works."""
        serving, opened = self.serving, self.serving.begun.opened
        teller = AlertTeller(
            opened.stores.alerts,
            lambda: _receivers(serving),
            self.carrier,
            runtime.ownership.owns,
            opened.process,
            opened.gone,
            serving.clock,
        )
        self.desk.wake = teller.wake
        serving.live.on_take.append(teller.renew)
        runtime.also("alerts", teller.run)


async def alerting(serving: AppContext, stack: AsyncExitStack) -> Alerting:
    """The alerts of what is live. With the simulator nobody is told: there they are shown."""
    stores = serving.begun.opened.stores
    desk = AlertDesk(stores.alerts, lambda: _receivers(serving), serving.clock)
    return Alerting(serving, desk, await _carrier(serving, stack))


def language_of(playbook: Playbook) -> Language:
    """The language in which whoever works with this playbook's bot is told."""
    return CHINESE if playbook.language.startswith("zh") else ENGLISH


def _receivers(serving: AppContext) -> Mapping[str, AlertReceiver]:
    return alert_receivers(serving.live.settings.alerts)


async def _carrier(serving: AppContext, stack: AsyncExitStack) -> AlertCarrier:
    live = serving.live

    def wording() -> Wording:
        playbook = live.playbook
        titles = {name: channel.title or playbook.bot for name, channel in playbook.channels.items()}
        return Wording(playbook.bot, titles, language_of(playbook), playbook.zone)

    if serving.pretend is not None:
        return serving.pretend.alerts(wording)

    async def tester(name: str) -> tuple[str, str] | None:
        stores = serving.begun.opened.stores
        contact = await stores.testers.contact(name)
        stored = None if contact is None else await stores.contacts.person(contact)
        for identity in () if stored is None else stored.contact.identities:
            if identity.user is not None and identity.friend is not False:
                return identity.channel, identity.user
        return None

    def private() -> tuple[str, ...]:
        return tuple(live.settings.private_hosts)

    hooks = await stack.enter_async_context(HookCaller(serving.clock, private))
    mail, line = ByMail(wording, private), ByLine(tester, live.account, wording)
    return AnyCarrier({"mail": mail, "webhook": ByWebhook(hooks, wording), "line": line})
