"""Clerks' codes: where each leads in LINE, and a new one for who needs it (language, 8.3)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.actions.clerks import AskClerk, CheckClerkCode
from bot.engine.actions.flows import StartFlow
from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnPattern
from bot.engine.rendering.placeholders import page_address
from bot.engine.texts.pattern import Capture, Pattern
from bot.engine.texts.template import Template
from bot.line.friend_link import chat_link
from bot.model.audit import AuditEntry
from bot.model.channel import Channel
from bot.model.clerk import ClerkCode, StoreClerk
from bot.model.short_code import new_code
from bot.model.translatable import Refusal, tr
from bot.operations.audit_trail import audited
from bot.operations.clerks import NoClerk, change, those
from bot.operations.simulated_time import now_among
from bot.playbook.similar import quoted
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class ReferralMethod:
    """How a code is given on an account: by the link of a page, or by a text message.

    Of a page `input` takes the code; of a text `pattern` does.
    """

    account: Channel
    address: str | None = None
    input: str = ""
    pattern: Pattern | None = None

    def link(self, code: str) -> str:
        """What this code's picture holds."""
        if self.pattern is None:
            return f"{self.address}?{self.input}={code}"
        return chat_link(self.account.id, self.text(code) or "")

    def text(self, code: str) -> str | None:
        """The text message with this code, where it is given by one."""
        return None if self.pattern is None else _filled(self.pattern, code)


class NoReferral(Refusal):
    """No code leads anywhere on this account; the text says what is missing."""


def referral_way(playbook: Playbook, account: Channel) -> ReferralMethod:
    """The page that takes a clerk's code, where LINE hands it on (certified providers); else the text.

    Raises `NoReferral`.
    """
    paused = playbook.channels[account.name].paused
    flows = {name: flow for name in playbook.flows if (flow := playbook.flow(name, account.name)) is not None}
    taking = {
        name: code for name, flow in flows.items() if name not in paused and (code := _takes_code(flow))
    }
    page = next((name for name in taking if flows[name].page), None)
    address = None if page is None else page_address(playbook, page, account.name)
    by_page = None if address is None or page is None else ReferralMethod(account, address, taking[page])
    pattern = next(_patterns(playbook, taking), None)
    certified = account.liff is not None and account.liff.certified_provider
    if pattern is not None and account.id != "@" and not (certified and by_page):
        return ReferralMethod(account, pattern=pattern)
    if by_page is not None:
        return by_page
    raise NoReferral(
        tr(
            "no flow takes a clerk's code on the channel {channel}: it needs one with  bind_clerk,  and a"
            " rule with  text_pattern  that starts it; see  flows/store_referral.yaml  of oaflow's example",
            channel=quoted(account.name),
        )
    )


def accounts_with_codes(playbook: Playbook, accounts: Sequence[Channel]) -> Iterator[ReferralMethod]:
    """The ways of all accounts that have one."""
    for account in accounts:
        try:
            yield referral_way(playbook, account)
        except NoReferral:
            continue


async def renew(
    people: Stores, numbers: Sequence[str], actor: str, *, old_until: datetime | None = None
) -> list[StoreClerk]:
    """Give these clerks a new code each; their old ones are good until then, or at once no more.

    Raises `NoClerk`, also for who works in no store, and `DatabaseUnavailable`.
    """
    now, named = await now_among(people), await those(people, numbers)
    without = next((one.number for one in named if not one.has_code), None)
    if without is not None:
        raise NoClerk(tr("{number} works in no store, and has no code", number=quoted(without)))
    for one in named:
        async with audited(people, AuditEntry("clerk_codes", actor, now, one.number)):
            await change(people, one.number, lambda clerk: _renewed(clerk, now, old_until))
    return await those(people, numbers)


def _renewed(clerk: StoreClerk, now: datetime, old_until: datetime | None) -> StoreClerk:
    codes: list[ClerkCode] = []
    if old_until is not None:
        codes = [code if code.until else replace(code, until=old_until) for code in clerk.codes]
    return replace(clerk, codes=(ClerkCode(new_code()), *(code for code in codes if code.is_good(now))))


def _takes_code(flow: Flow) -> str | None:
    """The input of a flow that becomes the code of `bind_clerk` or `check_clerk`."""
    for state in flow.states.values():
        for step in state.do:
            if isinstance(step, AskClerk | CheckClerkCode) and isinstance(step.code, Template):
                named = [one.name for one in step.code.placeholders if one.group == "answer"]
                return next((name for name in named if name in flow.inputs), None)
    return None


def _patterns(playbook: Playbook, flows: Collection[str]) -> Iterator[Pattern]:
    """The patterns of rules that start such a flow with what one of their captures took."""
    for rule in playbook.rules:
        if not any(isinstance(step, StartFlow) and step.flow in flows for step in rule.do):
            continue
        for trigger in rule.when:
            if isinstance(trigger, OnPattern) and not trigger.postback and _filled(trigger.pattern, "0" * 10):
                yield trigger.pattern


def _filled(pattern: Pattern, code: str) -> str | None:
    """A text that the pattern takes, with the code as its one capture; `None` where it has others."""
    captures = [part for part in pattern.parts if isinstance(part, Capture)]
    text = "".join(
        part if isinstance(part, str) else code if isinstance(part, Capture) else "" for part in pattern.parts
    )
    fits = len(captures) == 1 and (pattern.match(text) or {}).get(captures[0].name) == code
    return text if fits else None
