"""`oaflow contact say`: staff answer a person, or leave a note for colleagues."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from bot.cli.contact.order import about_contact, contact_of
from bot.cli.dates import to_the_second
from bot.cli.exit_codes import WRONG
from bot.cli.order import CommandOrder
from bot.model.money import money_text, prices_of
from bot.model.translatable import Translatable, tr
from bot.operations.call_outcomes import GivenUpCall, SettledCall, calls_in_words
from bot.operations.chat import answering
from bot.operations.chat.answering import WORDS, ChatOutcome, ChatPrice
from bot.operations.find_contacts import NotFound
from bot.operations.payload import Payload, pick


@about_contact
async def say(order: CommandOrder) -> int | None:
    """Answer with a text: as a reply while that is free, else as a push with `--push`. Raises `Refusal`."""
    if len(order.words) < 2:
        raise NotFound(tr("write  {usage}", usage=tr("WHO TEXT")))
    *identifier, text = order.words
    found, options = await contact_of(order, " ".join(identifier)), order.options
    channel, form = answering.chat_channel(found, options.channel), uuid4().hex
    if options.note:
        event = await answering.note(found, channel, text, order.by, form=form)
    else:
        price = await answering.price_of(found, channel, prices_of(order.served.settings))
        if price.unsent is not None or not (options.push or price.is_free):
            order.show({"sent": False, "price": _price(price)}, _not_sent(price))
            return WRONG
        event = await answering.write(
            found,
            channel,
            [answering.text_message(text)],
            order.by,
            form=form,
            may_cost=options.push,
            even_if=None if options.take_from is None else _actor(options.take_from),
        )
    is_answer = not options.note and order.playbook.keep_conversations is not None
    outcome = await answering.outcome_of(found, event, is_answer=is_answer)
    payload = {"contact": found.contact.id, "channel": channel, "event": event, **pick(outcome, "carried")}
    payload |= {"unsent": outcome.unsent, "calls": outcome.calls, "sent": _is_sent(outcome)}
    order.show_all(payload, _lines(order, outcome, is_note=options.note))
    lost = any(isinstance(call, SettledCall) and call.lost for call in outcome.calls)
    return WRONG if outcome.unsent is not None or lost else None


def _actor(name: str) -> str:
    """An account of the console by its name; who gives commands as the audit log has them."""
    return name if ":" in name else f"console:{name}"


def _is_sent(outcome: ChatOutcome) -> bool:
    return any(isinstance(call, SettledCall) and not isinstance(call, GivenUpCall) for call in outcome.calls)


def _price(price: ChatPrice) -> Payload:
    each = None if price.each is None else money_text(price.each)
    return {**pick(price, "free_until", "left", "unsent"), "each": each}


def _not_sent(price: ChatPrice) -> Translatable:
    if price.unsent is not None:
        return tr("not sent: {why}", why=WORDS[price.unsent])
    if price.each is None:
        return tr("not sent: it would be a push, one message of the month; to pay for it add  --push")
    each = money_text(price.each)
    return tr(
        "not sent: it would be a push, {money} beyond the plan's messages; to pay for it add  --push",
        money=each,
    )


def _lines(order: CommandOrder, outcome: ChatOutcome, *, is_note: bool) -> Iterator[Translatable]:
    match outcome.carried:
        case "stored":
            yield tr("stored: it is done as soon as oaflow runs")
        case "waiting":
            yield tr("stored: it is done when its turn comes")
        case "done" if outcome.unsent is not None:
            yield tr("not sent: {why}", why=WORDS[outcome.unsent])
        case "done" if is_note:
            yield tr("done: the note is in the conversation")
        case "done":
            yield tr("done: staff have the conversation, and this was decided:")
            yield from calls_in_words(outcome.calls, to_the_second(order.zone))
