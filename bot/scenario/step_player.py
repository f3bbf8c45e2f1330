"""Doing the steps in which something happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.engine.compiled.pages import page_names
from bot.engine.hook_answers import hook_outcome
from bot.engine.rendering.placeholders import page_address
from bot.engine.times.local_time import due_after
from bot.model.event import (
    Facts,
    Follow,
    News,
    OtherMessage,
    PageAnswer,
    PageOpened,
    Postback,
    Tapped,
    TextMessage,
    Unfollow,
    What,
)
from bot.model.translatable import TranslatableValue, row, tr
from bot.playbook.similar import hint_for, quoted
from bot.scenario.expectations import sends_broadcast
from bot.scenario.failure import Failed
from bot.scenario.open_page import fills_form, page_text, screen
from bot.scenario.people import Person
from bot.scenario.player import Player
from bot.scenario.promotions import all_of, played_page
from bot.scenario.staff_step_player import STAFF_ACTS
from bot.scenario.steps import (
    CODE_FROM_SMS,
    Act,
    AnswersPage,
    Breaks,
    Edits,
    FillsForm,
    Friendship,
    HookAnswers,
    Opens,
    OpensLink,
    Says,
    Sends,
    SendsBroadcast,
    Sets,
    ShopTells,
    Signals,
    TapsButton,
    Waits,
)
from bot.scenario.tapping import Button, buttons, is_counted, page_of, picked
from bot.wording.conversation import OURS, kind_of

USER_OR_TIME = (
    Says
    | Friendship
    | Sends
    | Opens
    | OpensLink
    | AnswersPage
    | FillsForm
    | TapsButton
    | SendsBroadcast
    | Waits
    | Edits
)
"""Steps before which every message must have been named by a `bot` step; each begins a new turn of the
conversation."""


_WORKS, _FAILS = tr("works again"), tr("fails from now on")
_FRIENDSHIP = {
    "follows": tr("(follows)"),
    "blocks": tr("(blocks the account)"),
    "unblocks": tr("(unblocks the account)"),
}


def act(player: Player, step: Act) -> None:
    """Do a step. Raises `Failed` where it cannot be done, because what it needs is not there."""
    kind = type(step)
    (_ACT.get(kind) or all_of("plays")[kind])(player, step)


def _speaker(player: Player) -> TranslatableValue:
    return player.person.name or OURS["user"]


# -- in the chat


def _text(player: Player, step: Says) -> None:
    text = _with_code(player, step, step.text)
    if step.by_page:
        _check_page_text(player, step)
    player.add_line(_speaker(player), tr("{text}  (said by the page)", text=text) if step.by_page else text)
    player.happens(player.person, TextMessage(text), token=True)


def _with_code(player: Player, step: Says | AnswersPage, text: str) -> str:
    """The text, or the code of the last SMS where the text stands for it. Raises `Failed` where none has
    come."""
    if text != CODE_FROM_SMS:
        return text
    sms = player.world.sms.of(player.person.contact)
    if not sms:
        raise Failed(step.place, tr("no SMS has come, so there is no {code}", code=CODE_FROM_SMS))
    return sms[-1].code


def _check_page_text(player: Player, step: Says) -> None:
    """A page says only what a result that is pending has as its trigger."""
    waiting = page_text(player, player.person)
    if step.text != waiting:
        instead = tr("no result is waiting to be said")
        if waiting is not None:
            instead = tr("it says {texts}", texts=quoted(waiting))
        message = tr("the page does not say {text} now: {says}", text=quoted(step.text), says=instead)
        raise Failed(step.place, message)


def _friendship(player: Player, step: Friendship) -> None:
    player.add_line(_speaker(player), _FRIENDSHIP[step.how])
    what: What = Unfollow() if step.how == "blocks" else Follow(again=step.how == "unblocks")
    player.happens(player.person, what, token=step.how != "blocks")


def _sends(player: Player, step: Sends) -> None:
    if step.photos == 1:
        player.add_line(_speaker(player), kind_of(step.kind))
        player.happens(player.person, OtherMessage(step.kind, dict(step.content)), token=True)
        return
    player.add_line(_speaker(player), tr("({number} photos at once)", number=step.photos))
    for number in range(1, step.photos + 1):
        of = {"id": step.place.text, "index": number, "total": step.photos}
        player.happens(player.person, OtherMessage(step.kind, {"imageSet": of}), token=True)


# -- taps


def _taps(player: Player, step: TapsButton) -> None:
    person = player.person
    there = list(buttons(person.screen, player.playbook, player.contact(person).identity(person.channel)))
    for button in there:
        if button.is_called(step.what):
            _tapped(player, step, button)
            return
    labels = list(dict.fromkeys(button.label for button in there))
    hint = hint_for(step.what, labels)
    there_is = row(labels[:20]) if labels else tr("nothing")
    notes = [tr("what can be tapped: {labels}", labels=there_is), *([hint] if hint else [])]
    raise Failed(step.place, tr("there is nothing called {what} to tap", what=quoted(step.what)), notes=notes)


def _tapped(player: Player, step: TapsButton, button: Button) -> None:
    person, action = player.person, button.action
    player.add_line(_speaker(player), tr("taps [{label}]", label=button.label))
    match action.get("type"):
        case "message":
            player.happens(person, TextMessage(str(action["text"])), token=True)
        case "postback":
            player.happens(person, Postback(str(action["data"]), {}), token=True)
        case "datetimepicker":
            player.happens(person, Postback(str(action["data"]), picked(step, action)), token=True)
        case "richmenuswitch":
            params = {"newRichMenuAliasId": str(action.get("tab", action.get("richMenuAliasId", "")))}
            player.happens(
                person, Postback(str(action.get("data", "")), {**params, "status": "SUCCESS"}), token=True
            )
        case "uri":
            _opened(player, button)
        case _:
            pass  # camera, location, clipboard: what comes of it is another step


def _opened(player: Player, button: Button) -> None:
    """Open the address of a button: a counted one is an event first, without a reply token; then its page
    opens."""
    person = player.person
    if is_counted(button) and button.tap is not None:
        player.happens(person, Tapped(button.tap.key))
    page = button.tap.page if button.tap is not None else None
    page = page or page_of(button.action, _addresses(player))
    if page is not None:
        _open(player, person, page, {})


def _addresses(player: Player) -> dict[str, str]:
    playbook, channel = player.playbook, player.person.channel
    found = {page: page_address(playbook, page, channel) for page in page_names(playbook)}
    return {address: page for page, address in found.items() if address is not None}


# -- pages


def _opens(player: Player, step: Opens) -> None:
    player.add_line(_speaker(player), tr("opens the page {page}", page=step.page))
    played = played_page(step.page)
    if played is not None and played.opened is not None:
        played.opened(player, step)
    _open(player, player.person, step.page, step.inputs)


def _open(player: Player, person: Person, page: str, inputs: Mapping[str, str]) -> None:
    person.page = page
    player.happens(person, PageOpened(page, dict(inputs)))


def _opens_link(player: Player, step: OpensLink) -> None:
    link = player.playbook.links[step.link]
    player.add_line(_speaker(player), tr("opens the link {link}", link=step.link))
    player.happens(player.person, News("link", step.link))
    if link.send is not None:
        player.add_line(_speaker(player), link.send)
        player.happens(player.person, TextMessage(link.send), token=True)


def _answers(player: Player, step: AnswersPage) -> None:
    person, now = player.person, screen(player, player.person)
    played = played_page(person.page)
    if played is not None and played.submits is not None and now is not None and now.kind == played.screen:
        player.add_line(_speaker(player), tr("{text}  (on the page)", text=step.text))
        player.happens(person, PageAnswer(person.page or "", played.submits(player, step, now)))
        return
    if person.page is None or now is None or now.kind not in ("question", "unbind"):
        notes = [tr("open it first:  user: {opens: …}")]
        raise Failed(step.place, tr("no page with a question is open"), notes=notes)
    text = _with_code(player, step, step.text)
    player.add_line(_speaker(player), tr("{text}  (on the page)", text=text))
    player.happens(person, PageAnswer(person.page, text, now.visit))


# -- the shop, other systems


def _shop(player: Player, step: ShopTells) -> None:
    person, shop = player.person, player.world.shop
    if shop.fails:
        raise Failed(
            step.place, tr("the shop tells nothing while it fails"), notes=[tr("first:  works: shop")]
        )
    contact = player.contact(person)
    member = shop.known_as(contact.member_no if contact.bindings else None, person.user, contact.phone)
    if member is None and step.subject == "member_registered" and step.phone is not None:
        member = shop.add(step.phone, marketing=step.consent is True)
    if member is not None:
        shop.tell(member, step.values, step.tags, step.consent, step.phone)
    ordered = player.now if step.subject in ("order_placed", "order_paid") else None
    facts = Facts(step.values, step.tags, marketing=step.consent, last_order=ordered)
    player.add_line(OURS["shop"], " ".join([step.subject, *(f"{k}: {v}" for k, v in step.fields.items())]))
    for name, value in step.promotions.items():
        all_of("orders")[name].happens(player, step, value)
    player.happens(person, News("shop", step.subject, dict(step.fields), facts))


def _hook(player: Player, step: HookAnswers) -> None:
    hook = player.playbook.hooks[step.hook]
    pending = next((call for call in player.calls if call.call.hook == step.hook), None)
    if pending is None:
        raise Failed(step.place, tr("{hook} has not been called, or has answered already", hook=step.hook))
    answer = (
        tr("this call fails") if step.answer is None else row(f"{k}: {v}" for k, v in step.answer.items())
    )
    player.add_line(step.hook, answer)
    player.answer(pending, hook_outcome(hook, step.answer, pending.call.origin, player.playbook.zone))


def _signal(player: Player, step: Signals) -> None:
    player.add_line(OURS["signal"], " ".join([step.signal, *(f"{k}: {v}" for k, v in step.fields.items())]))
    player.happens(player.person, News("signal", step.signal, dict(step.fields)))


def _breaks(player: Player, step: Breaks) -> None:
    player.add_line(OURS["SMS" if step.what == "sms" else "shop"], _WORKS if step.works else _FAILS)
    match step.what:
        case "sms":
            player.world.sms.fails = not step.works
        case "shop":
            player.world.shop.fails = not step.works
        case "registration":
            player.world.shop.registers = step.works


def _sets(player: Player, step: Sets) -> None:
    names = row((*(slot.partition(".")[2] for slot in step.values), *step.tags))
    player.add_line(OURS["staff"], tr("change {names}", names=names))
    player.happens(player.person, News("set", "", facts=Facts(dict(step.values), dict(step.tags))))


# -- time


def _waits(player: Player, step: Waits) -> None:
    until = due_after(step.wait, player.now, player.playbook.zone)
    if until <= player.now:
        at = _local(player, player.now)
        raise Failed(step.place, tr("that moment is over: it is {at} already", at=at))
    player.pass_time(until, down=step.down)
    player.add_line(OURS["down" if step.down else "wait"], tr("until {at}", at=_local(player, until)))


def _local(player: Player, moment: datetime) -> str:
    return f"{moment.astimezone(player.playbook.zone):%Y-%m-%d %H:%M}"


def _edits(player: Player, step: Edits) -> None:
    player.playbook = player.world.playbook = step.playbook
    player.add_line(OURS["edit"], step.file)
    player.catch_up()


_ACT: Mapping[type, Callable[[Player, Any], None]] = {
    Says: _text,
    Friendship: _friendship,
    Sends: _sends,
    Opens: _opens,
    OpensLink: _opens_link,
    AnswersPage: _answers,
    FillsForm: fills_form,
    TapsButton: _taps,
    ShopTells: _shop,
    **STAFF_ACTS,
    HookAnswers: _hook,
    Signals: _signal,
    Breaks: _breaks,
    SendsBroadcast: sends_broadcast,
    Waits: _waits,
    Sets: _sets,
    Edits: _edits,
}
"""What does each step, by its type; those of promotions are in their own table."""
