"""`oaflow sms`: what is left at the providers, what was sent today; today's cap raised, a phone freed."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator

from bot.cli.arguments import actions_of, add_action, add_json, add_playbook, describe
from bot.cli.operator import add_by
from bot.cli.order import CommandOrder, carried_out
from bot.line.http_call import new_session
from bot.model.translatable import Translatable, tr
from bot.operations.payload import pick
from bot.operations.sms import (
    CodesByNetwork,
    CodesByPerson,
    CodesToday,
    ProviderCredit,
    codes_by_network,
    codes_by_person,
    codes_today,
    credits_of,
    free_phone,
    pretended,
    raise_cap,
)


def arguments(command: ArgumentParser) -> None:
    """What is asked, or done."""
    says = "What is left at the SMS providers, how many codes were sent today, and how many may be."
    describe(command, says, example="oaflow sms status")
    actions = actions_of(command)
    asked = add_action(
        actions,
        "status",
        "credit, and what was sent today",
        status,
        says="What is left at each provider, and how many codes were sent today.",
        example="oaflow sms status my-shop",
    )
    add_json(asked)
    raised = add_action(
        actions,
        "cap",
        "more codes for today",
        cap,
        says="Raise the number of codes that may be sent today; tomorrow the playbook's holds again.",
        example="oaflow sms cap 2000 --today",
    )
    freed = add_action(
        actions,
        "free",
        "codes to a phone that has had too many",
        free,
        says="Let a phone have codes again that has had as many as it may, of whoever has asked for them.",
        example="oaflow sms free 0912345678",
    )
    freed.add_argument("phone", metavar="PHONE", help="the mobile number, in any writing")
    raised.add_argument("most", type=int, metavar="N", help="codes that may be sent today, in all")
    raised.add_argument("--today", action="store_true", required=True, help="it holds for today only")
    add_playbook(asked)
    for changes in (raised, freed):
        add_playbook(changes)
        add_by(changes)


@carried_out()
async def status(order: CommandOrder) -> None:
    """Print the credit of each provider that is set up, and today's codes."""
    people, ours = await order.people(), order.served.settings.sms.values()
    today, whose = await codes_today(people, order.playbook), await codes_by_person(people)
    where = await codes_by_network(people)
    if people is order.opened.stores:
        async with new_session() as session:
            providers = await credits_of(ours, session)
    else:
        providers = pretended(ours)
    payload = {
        **pick(today, "day", "sent", "cap", "newcomers"),
        **pick(whose, "people", "most"),
        "networks": where.networks,
        "most_at": where.most,
        "providers": [_payload(one) for one in providers],
    }
    used = *_by_person(whose, today), *_by_network(where)
    order.show(payload, *map(_line, providers), _of_today(today), *used)


@carried_out()
async def cap(order: CommandOrder) -> None:
    """Raise the number of codes that may be sent today."""
    today = await raise_cap(await order.people(), order.playbook, order.options.most, order.by)
    order.show(None, _of_today(today))


@carried_out()
async def free(order: CommandOrder) -> None:
    """Let a phone have codes again."""
    sent = await free_phone(await order.people(), order.options.phone, order.by)
    nothing = tr("nothing was sent to this phone within a day: it may have codes as it is")
    freed = tr("this phone may have codes again; sent to it within a day: {number}", number=sent)
    order.show(None, freed if sent else nothing)


def _payload(one: ProviderCredit) -> dict[str, object]:
    credit = pick(one.credit, "left", "unit")
    return {**pick(one.sms, "name", "provider"), "credit": credit, "low": one.is_low}


def _line(one: ProviderCredit) -> Translatable:
    name, provider = one.sms.name, one.sms.provider
    called = name if name == provider else tr("{name} ({provider})", name=name, provider=provider)
    return tr("{name}: {left}", name=called, left=_left(one))


def _left(one: ProviderCredit) -> Translatable:
    if one.credit is not None:
        left = one.left_in_words
        return (
            tr("{credit} left, which is low", credit=left) if one.is_low else tr("{credit} left", credit=left)
        )
    if one.pretended:
        return tr("the simulator plays it, and sends nothing")
    if one.sms.provider == "console":
        return tr("needs no credit, codes go into the log")
    if one.sms.credentials:
        return tr("cannot be asked what is left")
    return tr("its credentials are not set here")


def _of_today(today: CodesToday) -> Translatable:
    sent = tr(
        "{day}: {sent} of {cap} codes sent", day=today.day, sent=f"{today.sent:,}", cap=f"{today.cap:,}"
    )
    if today.cap == today.usual:
        return sent
    return tr("{sent}, raised for today from {number}", sent=sent, number=f"{today.usual:,}")


def _by_person(whose: CodesByPerson, today: CodesToday) -> Iterator[Translatable]:
    """Who has used the codes up; nothing where none were sent."""
    if today.newcomers:
        yield tr(
            "{number} of them to friends of less than a day, or to people who are no friends",
            number=f"{today.newcomers:,}",
        )
    if whose.people:
        most = ", ".join(f"{one.contact} {one.codes}" for one in whose.most)
        yield tr(
            "codes of 24 hours by person, {number} in all: {contacts}",
            number=f"{whose.people:,}",
            contacts=most,
        )


def _by_network(where: CodesByNetwork) -> Iterator[Translatable]:
    """At which networks pages have asked; nothing where none has."""
    if where.networks:
        yield tr(
            "codes of 24 hours by network of the page, {number} in all: {networks}",
            number=f"{where.networks:,}",
            networks=", ".join(f"{one.network} {one.codes}" for one in where.most),
        )
