"""Checks of contact, flows, rich menu and broadcasts against what a step expects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.flows.push_gate import held_by
from bot.engine.texts.format import formatted
from bot.model.contact import Contact
from bot.model.effects import CONSENT
from bot.model.money import money_text
from bot.model.translatable import Listing, Translatable, TranslatableValue, row, tr
from bot.model.value import Value
from bot.playbook.similar import quoted
from bot.scenario.checks import ContactIs, FlowIs, MenuIs, SentIs
from bot.scenario.failure import Failed
from bot.scenario.given import GivenBinding
from bot.scenario.player import Player
from bot.scenario.promotions import all_of
from bot.scenario.sendings import PlayedSending
from bot.scenario.steps import SendsBroadcast
from bot.wording.conversation import OURS


def contact_is(player: Player, step: ContactIs) -> None:
    """Raise `Failed` where tags, attributes, bindings or consent are others."""
    contact = player.contact(player.person)
    wrong: list[Translatable] = []
    tags = [tag.name for tag in contact.tags if contact.has_tag(tag.name, player.now)]
    lacking = [tag for tag in step.tags or () if tag not in tags]
    if lacking:
        wrong.append(
            tr("tags: {lacking} not on; there are {tags}", lacking=listed(lacking), tags=listed(tags))
        )
    if step.tags_exactly is not None and sorted(step.tags_exactly) != sorted(tags):
        wrong.append(
            tr(
                "tags: expected exactly {expected}, there are {tags}",
                expected=listed(step.tags_exactly),
                tags=listed(tags),
            )
        )
    for name, slot, wanted in step.attributes:
        known = contact.attributes.get(slot)
        value = None if known is None else known.value
        if value != wanted:
            expected, found = _value(player, wanted), _value(player, value)
            wrong.append(
                tr(
                    "attribute {name}: expected {expected}, it is {found}",
                    name=name,
                    expected=expected,
                    found=found,
                )
            )
    if step.bound is not None:
        bound = _bound(contact)
        if (not step.bound and bound) or any(kind not in bound for kind in step.bound):
            wrong.append(
                tr(
                    "bound: expected {expected}, it is {found}",
                    expected=listed(step.bound),
                    found=listed(bound),
                )
            )
    if step.asks_marketing and contact.marketing != step.marketing:
        wrong.append(
            tr(
                "marketing: expected {expected}, it is {found}",
                expected=_yes_no(step.marketing),
                found=_yes_no(contact.marketing),
            )
        )
    if step.waits not in (None, any(one.state == "waits" for one in contact.chats)):
        wrong.append(tr("waits for staff: expected {expected}", expected=_yes_no(step.waits)))
    for name, asked in step.promotions.items():
        wrong += all_of("contact")[name].differs(player, asked, contact)
    wrong += _at_shop(player, step, contact)
    if wrong:
        raise Failed(step.place, tr("the contact is not as expected"), notes=wrong)


def _at_shop(player: Player, step: ContactIs, contact: Contact) -> Iterator[Translatable]:
    """The differences in the person's record at the shop."""
    if not step.at_shop:
        return
    record = player.world.shop.record(contact.member_no)
    if record is None:
        yield tr("at the shop: the person is no member there")
        return
    for name, slot, wanted in step.at_shop:
        value = record.consent if slot == CONSENT else record.values.get(slot)
        if value != wanted:
            yield tr(
                "at the shop, {name}: expected {expected}, it is {found}",
                name=name,
                expected=_value_text(player, wanted),
                found=_value_text(player, value),
            )


def _value_text(player: Player, value: Value | None) -> str | Translatable:
    return _yes_no(value) if isinstance(value, bool) else _value(player, value)


def listed(names: Sequence[str]) -> Listing | Translatable:
    """The names in a row, or that there are none."""
    return row(names) if names else tr("nothing")


def _value(player: Player, value: Value | None) -> str | Translatable:
    return tr("not known") if value is None else formatted(value, None, player.playbook.zone)


def _yes_no(value: bool | None) -> str | Translatable:
    return tr("not known") if value is None else str(value).lower()


def _bound(contact: Contact) -> list[GivenBinding]:
    found: list[GivenBinding] = list(contact.bindings)
    return [*found, "clerk"] if contact.clerk is not None else found


def flow_is(player: Player, step: FlowIs) -> None:
    """Raise `Failed` where the person is elsewhere in a flow, or not held as expected."""
    person = player.person
    contact = player.contact(person)
    for name, wanted in step.states:
        instance = contact.instance(name, person.channel)
        ended = player.ended.get((contact.id, name, person.channel))
        if wanted is None:
            if instance is not None:
                raise Failed(
                    step.place,
                    tr(
                        "nobody should be in {name}: the person is in {state}",
                        name=name,
                        state=instance.state,
                    ),
                )
            continue
        state = instance.state if instance is not None else ended
        if state != wanted:
            raise Failed(
                step.place,
                tr(
                    "{name} should be at {wanted}: {where}",
                    name=name,
                    wanted=wanted,
                    where=_where(state, ended is not None and not instance),
                ),
            )
        held = held_by(player.playbook, contact, instance) if instance is not None else None
        if step.held is not None and held != step.held:
            found = tr("held: {held}", held=held) if held is not None else tr("it is not held")
            raise Failed(
                step.place,
                tr("{name} should be held by {held}: {found}", name=name, held=step.held, found=found),
            )


def _where(state: str | None, ended: bool) -> Translatable:
    if state is None:
        return tr("the person is not in it, and was not")
    return tr("it has ended at {state}", state=state) if ended else tr("it is at {state}", state=state)


def menu_is(player: Player, step: MenuIs) -> None:
    """Raise `Failed` where another rich menu, or another tab of it, is shown."""
    identity = player.contact(player.person).identity(player.person.channel)
    if identity.menu != step.menu:
        message = tr(
            "the rich menu should be {expected}: it is {found}",
            expected=step.menu or tr("none"),
            found=identity.menu or tr("none"),
        )
        raise Failed(step.place, message)
    if step.tab is not None:
        menu = next(menu for menu in player.playbook.menus if menu.name == step.menu)
        tab = identity.tab or next(iter(menu.tabs))
        if tab != step.tab:
            raise Failed(
                step.place, tr("the tab should be {expected}: it is {found}", expected=step.tab, found=tab)
            )


def sends_broadcast(player: Player, step: SendsBroadcast) -> None:
    """Staff send the broadcast now. Raises `Failed` where its `status` in the file is not `live`."""
    broadcast = player.playbook.broadcasts[step.broadcast]
    if broadcast.status != "live":
        message = tr(
            "{name} is not sent: it is  status: {status}",
            name=quoted(step.broadcast),
            status=broadcast.status,
        )
        raise Failed(step.place, message)
    player.add_line(OURS["staff"], tr("send the broadcast {name}", name=step.broadcast))
    player.sendings.order(broadcast)
    player.catch_up()


def sent_is(player: Player, step: SentIs) -> None:
    """Raise `Failed` where the broadcast has not gone out as the step says."""
    found = player.sendings.last(step.broadcast)
    wrong = next(_differences(step, found or PlayedSending(step.broadcast)), None)
    if wrong is not None:
        notes = (
            [tr("since the last step it has not gone out")] if found is None else list(_skipped_lines(found))
        )
        raise Failed(step.place, wrong, notes=notes)


def _differences(step: SentIs, found: PlayedSending) -> Iterator[Translatable]:
    """What is not as the step says, in its order."""
    name = quoted(step.broadcast)
    if step.missed and not found.missed:
        yield tr("the time of {name} was not missed", name=name)
    if step.waits is not None and step.waits != found.waits:
        yield tr("{name} does not wait for this", name=name)
    if step.to and (found.missed or found.waits):
        yield tr("{name} has not gone out", name=name)
    if step.to is not None and set(step.to) != set(found.got):
        yield tr("{name} went to {people}", name=name, people=_people(found))
    for person, why_not in step.not_to.items():
        if person in found.got:
            yield tr("{who} got {name}", who=person, name=name)
        elif found.left_out.get(person) != why_not:
            why = found.left_out.get(person) or tr("it was never asked")
            yield tr("{who} did not get {name}, for another reason: {why}", who=person, name=name, why=why)
    if step.messages is not None and step.messages != found.messages:
        yield tr("{name} cost another number of messages: {number}", name=name, number=found.messages)
    if step.price is not None and step.price != found.price:
        money = tr("nothing is said of prices:  plan") if found.price is None else money_text(found.price)
        yield tr("{name} cost {money}", name=name, money=money)


def _people(found: PlayedSending) -> TranslatableValue:
    return row(found.got) if any(found.got) else tr("{number} people", number=len(found.got))


def _skipped_lines(found: PlayedSending) -> Iterator[Translatable]:
    """Notes on what the broadcast did instead: missed, held, who got it, who did not and why."""
    if found.missed:
        yield tr("its time was missed")
    if found.waits is not None:
        yield tr("it waits: {why}", why=found.waits)
    if any(found.got):
        yield tr("got it: {people}", people=row(found.got))
    for person, why in found.left_out.items():
        if person:
            yield tr("{who} did not: {why}", who=person, why=why)
