"""The facts that an event itself gives of a contact, set before any rule runs (semantics 3)."""

from __future__ import annotations

from datetime import timedelta

from bot.engine.compiled.card import TAP
from bot.engine.members.clerks import take_clerk
from bot.engine.members.identity import record_facts
from bot.engine.members.membership import apply_facts
from bot.engine.promotions import hooks
from bot.engine.turn.changes import expire_tags, span_over
from bot.engine.turn.staff import stand_by
from bot.engine.turn.turn import Turn
from bot.model.contact import Identity
from bot.model.contact_kind import CROWDS
from bot.model.event import (
    Event,
    Follow,
    News,
    Other,
    OtherMessage,
    Outcome,
    PageOpened,
    Postback,
    Tapped,
    TextMessage,
    TimerDue,
    Unfollow,
)
from bot.model.instance import Instance
from bot.model.one_time_code import BETWEEN

MEETINGS = (TextMessage, OtherMessage, Postback, Tapped, Follow, Unfollow, Other)
"""Events of a person who does something in LINE."""
MESSAGES = (TextMessage, OtherMessage, Postback)
"""What a conversation is made of."""
OUTSIDE_EVENTS = (News, Outcome, PageOpened)
"""What may bring facts. Tuples, for `isinstance`: `A | B` would be made for each event anew."""


_TIME_PASSED = hooks(lambda part: part.time_passed)
_TAKES = hooks(lambda part: part.takes)


def set_facts(turn: Turn) -> None:
    """Set what the event states: profile, friendship, when last seen, fired timers, the shop's data."""
    contact, event = turn.contact, turn.event
    if event.profile is not None:
        contact.name = event.profile.name
        contact.language = event.profile.language
        contact.picture = event.profile.picture
        if not isinstance(event.what, PageOpened):  # a page gives the name alone
            contact.profiled = turn.now
    if event.source.kind in CROWDS:
        contact.kind = event.source.kind
    what = event.what
    if isinstance(what, TimerDue):
        contact.timers = tuple(timer for timer in contact.timers if timer != what.timer)
    elif event.source.kind != "none" and not isinstance(what, Outcome):
        _meet(turn, event)  # an outcome may come late, for an account that is another contact's by now
    if event.standby and contact.kind not in CROWDS:
        stand_by(turn)
    if not (isinstance(what, TimerDue) and turn.world.brake.holds(turn.channel)):
        expire_tags(turn)  # where time alone would tell of it, that waits with all else that time does (35)
        for time_passed in _TIME_PASSED if contact.held else ():
            time_passed(turn)
    if isinstance(what, OUTSIDE_EVENTS) and what.facts is not None:
        known = record_facts(contact)
        apply_facts(turn, what.facts)
        turn.facts_are_new = record_facts(contact) != known
    if isinstance(what, Outcome):
        _outcome(turn, what)


def _meet(turn: Turn, event: Event) -> None:
    """The person's identity on the channel after this event."""
    identity = turn.identity
    identity.user = identity.user or event.source.id
    what = event.what
    if event.source.kind != "user" or not isinstance(what, MEETINGS) or turn.photos is not None:
        return
    if identity.seen is None or event.at > identity.seen:
        identity.seen = event.at
    if isinstance(what, Follow):
        if not what.again and all(one.friend is None for one in turn.contact.identities):
            turn.contact.befriended = event.at
        identity.friend, identity.since = True, event.at
    elif isinstance(what, Unfollow):
        identity.friend = False
    elif identity.friend is False and not isinstance(what, (Other, Tapped)):
        identity.friend = True  # who blocked us cannot write: LINE's unfollow is outdated
    if isinstance(what, Postback):
        _switch_tab(turn, what, identity)
    if isinstance(what, MESSAGES):
        _converse(turn, identity)


def _switch_tab(turn: Turn, tapped: Postback, identity: Identity) -> None:
    """LINE has shown another tab of the rich menu: the tap says which.

    https://developers.line.biz/en/reference/messaging-api/#postback-params-object-for-richmenu-switch-action
    """
    tap = turn.playbook.taps.get(tapped.data.removeprefix(TAP)) if tapped.data.startswith(TAP) else None
    tab = tap.action.get("tab") if tap is not None and isinstance(tap.action, dict) else None
    if isinstance(tab, str) and tapped.params.get("status") == "SUCCESS":
        identity.tab = tab


def _converse(turn: Turn, identity: Identity) -> None:
    """A message begins a conversation where the last one has ended (language, 4.1)."""
    talked, ends_after = identity.talked, turn.playbook.conversation_ends_after
    over = talked is not None and span_over(talked, ends_after, turn)
    if identity.conversation is None or over:
        identity.conversation = turn.now
    identity.talked = turn.now


def _code(turn: Turn, instance: Instance, outcome: Outcome) -> None:
    """Set `code_sent`: when the code that is good now was sent, by what came of sending or comparing one.

    `sent`: now. `too_soon`: before, so that another may be sent in `seconds`; not `waiting`: the last code to
    this phone was not this person's. Any other outcome but a wrong guess leaves no good code.
    """
    seconds = outcome.fields.get("seconds")
    if outcome.result == "sent":
        instance.code_sent = turn.now
    elif outcome.result != "too_soon":
        instance.code_sent = instance.code_sent if outcome.result == "wrong" else None
    elif not outcome.fields.get("waiting"):
        instance.code_sent = None
    elif isinstance(seconds, int) and 0 <= seconds <= BETWEEN.seconds:
        instance.code_sent = turn.now + timedelta(seconds=seconds) - BETWEEN


def _outcome(turn: Turn, outcome: Outcome) -> None:
    """What an outcome states, also where nobody waits for it any more (semantics 26)."""
    origin = outcome.origin
    instance = turn.contact.instance(origin.flow, origin.channel) if origin is not None else None
    if instance is not None and origin is not None and instance.visit == origin.visit:
        instance.proven = outcome.proven or instance.proven
        instance.found = outcome.found or instance.found
        if outcome.asked == "code":
            _code(turn, instance, outcome)
        if outcome.result == "found" and outcome.found is not None:
            turn.contact.bound_before = turn.contact.bound_before or outcome.found.bound_before
    take_clerk(turn, outcome)
    for takes in _TAKES:
        takes(turn, outcome)
