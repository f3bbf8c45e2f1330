"""The gate before unasked pushes: when a journey may enter a state that says something (semantics 21–23).

The door of a state is its entry: where it is closed, the instance is held there (`Hold`), and enters later.
The brake (semantics 35) holds what would come by itself, never what answers somebody.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta

from bot.engine import notes
from bot.engine.compiled.flow import Flow, Late, State, sends_without_token
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import Rule
from bot.engine.members.ending_timer import ENDINGS
from bot.engine.times.local_time import earlier, next_at
from bot.engine.turn.changes import EXPIRY
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.brake import Brake
from bot.model.contact import Contact
from bot.model.counts import REFUSED_AT_SHOP, SKIPPED
from bot.model.instance import HeldBy, Hold, Instance, Timer
from bot.model.message import JourneyPush
from bot.model.place import Place


def brake_of(playbook: Playbook, brake: Brake) -> Brake:
    """What is stopped by this playbook: a stop of a flow that it does not have (any more) holds nobody."""
    if not brake:
        return brake
    flows = {None, *playbook.flows, *playbook.form_flows}
    return Brake(tuple(stop for stop in brake.stops if stop.flow in flows))


def is_braked(turn: Turn, instance: Instance | None) -> bool:
    """Whether a flow, or one that runs it, says nothing by itself just now."""
    brake = brake_of(turn.playbook, turn.world.brake)
    return bool(brake) and instance is not None and _holds(brake, turn.contact, instance)


def waits_for_brake(brake: Brake, contact: Contact, timer: Timer) -> bool:
    """Whether the brake holds a timer: it is a flow's, or starts one, or raises news of a tag or coupon.

    Timers without pushes go on: staff's silence, a menu's term, a result that no page has sent.
    `brake` is that of the playbook.
    """
    if not brake:
        return False
    if timer.flow == "":
        return timer.timer in (EXPIRY, ENDINGS) and brake.holds(timer.channel)
    instance = contact.instance(timer.flow, timer.channel)
    if instance is None or instance.visit != timer.visit:
        return brake.holds(timer.channel, (timer.flow,))
    return _holds(brake, contact, instance)


def _holds(brake: Brake, contact: Contact, instance: Instance) -> bool:
    return brake.holds(instance.channel, _names_upwards(contact, instance))


def _names_upwards(contact: Contact, instance: Instance) -> Collection[str]:
    """A flow and those that run it."""
    names = [instance.flow]
    above = instance.parent
    while above is not None and above not in names:  # a stored circle has no end
        names.append(above)
        parent = contact.instance(above, instance.channel)
        above = parent.parent if parent is not None else None
    return names


A_YEAR = 366
"""Days on which `next_morning` looks for a clock time outside the quiet hours of a journey."""

AGAIN = timedelta(hours=1)
"""After how long a timer is tried again whose flow is paused, or whose state is gone from the playbook."""


class WaitsForMorning(Exception):
    """A rule fits that would say something too late, where there is no door: its timer waits `until` then."""

    def __init__(self, until: datetime, place: Place) -> None:
        super().__init__(until)
        self.until = until
        self.place = place


def journey_of(turn: Turn, instance: Instance | None) -> tuple[Flow, Instance] | None:
    """The journey on whose behalf a flow speaks: itself, or the one that runs it; `None`: there is none."""
    for flow, one in _upwards(turn.playbook, turn.contact, instance):
        if flow is not None and flow.start is not None:
            return flow, one
    return None


def _upwards(
    playbook: Playbook, contact: Contact, instance: Instance | None
) -> list[tuple[Flow | None, Instance]]:
    """An instance and those that run it, with their flows."""
    found: list[tuple[Flow | None, Instance]] = []
    while instance is not None and len(found) <= len(contact.flows):  # a stored circle has no end
        found.append((playbook.flow(instance.flow, instance.channel), instance))
        above = instance.parent
        instance = contact.instance(above, instance.channel) if above is not None else None
    return found


def is_halted(turn: Turn, instance: Instance) -> bool:
    """Whether nobody moves in an instance: its flow is paused on its channel, or one that runs it."""
    return turn.playbook.halting and _is_halted(turn.playbook, turn.contact, instance)


def _is_halted(playbook: Playbook, contact: Contact, instance: Instance) -> bool:
    if not playbook.halting:
        return False
    for flow, one in _upwards(playbook, contact, instance):
        if flow is not None and is_paused(playbook, flow, one.channel):
            return True
    return False


def only_waits(playbook: Playbook, contact: Contact, timer: Timer) -> bool:
    """Whether a timer that is due is only armed anew, `AGAIN` later: nobody moves in its flow."""
    instance = contact.instance(timer.flow, timer.channel)
    return instance is not None and instance.visit == timer.visit and _is_halted(playbook, contact, instance)


def is_open(instance: Instance) -> bool:
    """Whether the question of an instance's state, if it has one, has been asked: a page shows it anyway."""
    return instance.held is None and (instance.on_page or not instance.unasked)


def held_by(playbook: Playbook, contact: Contact, instance: Instance) -> HeldBy | None:
    """Why an instance goes no further now: its door is closed, or its flow is paused (semantics 21).

    What has come due while pushes are stopped waits for that alone, also the end of quiet hours.
    """
    if _is_halted(playbook, contact, instance):
        return "paused"
    if any(timer.braked for timer in _timers_of(contact, instance)):
        return "brake"
    return None if instance.held is None else instance.held.by


def _timers_of(contact: Contact, instance: Instance) -> list[Timer]:
    own = (instance.flow, instance.channel, instance.visit)
    return [timer for timer in contact.timers if (timer.flow, timer.channel, timer.visit) == own]


def is_paused(playbook: Playbook, flow: Flow, channel: str) -> bool:
    """Whether nobody moves in a flow on a channel."""
    rules = playbook.channels.get(channel)
    return flow.status == "paused" or (rules is not None and flow.name in rules.paused)


def is_stopped(flow: Flow, now: datetime) -> bool:
    """Whether all leave a flow: it is stopped, or its time is over and it says so."""
    over = flow.active_until is not None and now >= flow.active_until
    return flow.status == "stopped" or (over and flow.active_then == "stopped")


def closed_by(turn: Turn, instance: Instance, state: State) -> Hold | None:
    """What keeps a journey at the door of a state now; `None` where the door is open."""
    found = journey_of(turn, instance) if state.speaks else None
    if found is None:
        return None
    journey, _ = found
    asks_only = state.question is not None and not state.pushes
    if asks_only and (turn.token is not None or instance.on_page):
        return None  # an answer to what the person has just done, or for a page that is looked at
    late = state.late or journey.late
    if turn.late and late.then == "next_morning":
        return Hold("late", next_morning(turn, journey, late.at))
    if turn.late and late.then == "skip" and state.question is None:
        return None  # its pushes are skipped one by one
    if is_braked(turn, instance):
        return Hold("brake")
    if turn.contact.identity(instance.channel).staff:
        return Hold("staff")
    if is_quota_exhausted(turn, instance) and turn.token is None:
        return Hold("quota")
    if journey.quiet is not None and journey.quiet.open_at(turn.now, turn.playbook.zone):
        until = journey.quiet.next_change(turn.now, turn.playbook.zone)
        return Hold("quiet", until if until is not None else turn.now + AGAIN)
    return None


def leaves_for_being_late(turn: Turn, instance: Instance, state: State) -> bool:
    """Whether a late move ends the journey at this door."""
    if not (turn.late and state.speaks):
        return False
    found = journey_of(turn, instance)
    return found is not None and (state.late or found[0].late).then == "exit"


def next_morning(turn: Turn, journey: Flow, at: time) -> datetime:
    """The next such clock time outside the quiet hours; the end of theirs where it never is outside."""
    zone, quiet = turn.playbook.zone, journey.quiet
    first = due = next_at(turn.now, at, zone)
    for _ in range(A_YEAR):
        if quiet is None or not quiet.open_at(due, zone):
            return due
        due = next_at(due, at, zone)
    return (quiet.next_change(first, zone) if quiet is not None else None) or due


def see_if_too_late(turn: Turn, doing: Doing, rule: Rule) -> None:
    """Raise `WaitsForMorning` where a rule of a late timer says something that is to wait for the morning."""
    if not (turn.late and doing.flow is not None and sends_without_token(rule.do)):
        return
    found = journey_of(turn, doing.instance)
    speaker = found[0] if found is not None else doing.flow
    late = _late_of(doing, speaker)
    if late.then == "next_morning":
        raise WaitsForMorning(next_morning(turn, speaker, late.at), rule.place)


def is_late(turn: Turn, flow: Flow, state: State, due: datetime) -> bool:
    """Whether what was due at that moment is late now, by the rule of the state, or else of the flow."""
    return turn.now - due > (state.late or flow.late).after.about


def is_quota_exhausted(turn: Turn, instance: Instance) -> bool:
    """Whether no paid message is left this month on an instance's channel."""
    turn.asked_quota = True
    return turn.world.quota_left.get(instance.channel) == 0


def still_closed(turn: Turn, instance: Instance, held: HeldBy) -> bool:
    """Whether the reason for which an instance is held, where no time ends it, is still there."""
    match held:
        case "staff":
            return turn.contact.identity(instance.channel).staff
        case "quota":
            return is_quota_exhausted(turn, instance)
        case "paused":
            return is_halted(turn, instance)
        case "brake":
            return is_braked(turn, instance)
        case _:
            return True  # its timer opens the door


def may_push(turn: Turn, doing: Doing, place: Place) -> bool:
    """Whether a push may be sent: a journey's own is bound by hours, caps and limits (semantics 22, 23).

    Any flow's is bound by `if_late`: after a night of downtime nobody is asked "are you still there?".
    """
    found = journey_of(turn, doing.instance)
    if found is None:
        then = _late_of(doing, doing.flow).then if turn.late and doing.flow is not None else "send"
        if then not in ("skip", "exit"):
            return True
        turn.note(notes.PUSH_SKIPPED, "late", place=place)
        if then == "exit" and doing.instance is not None:
            turn.leaving += ((doing.instance, "late"),)
        return False
    journey, instance = found
    late = _late_of(doing, journey)
    reason = _refusal(turn, doing, journey, instance, late)
    if reason is None:
        instance.pushes += 1
        if turn.token is None:  # else it rides in the reply, which is free
            remember_push(turn)
        return True
    _skip(turn, instance, reason)
    turn.note(notes.PUSH_SKIPPED, reason, place=place)
    if (reason == "max_pushes" and journey.max_then == "exit") or (reason == "late" and late.then == "exit"):
        turn.leaving += ((instance, reason),)
    return False


def take_back(turn: Turn, doing: Doing, reason: str) -> None:
    """A push that `may_push` has allowed is not made after all: it counts for no limit, but as skipped."""
    found = journey_of(turn, doing.instance)
    if found is not None:
        _, instance = found
        instance.pushes -= 1
        if turn.playbook.pushes_per_person is not None:
            turn.contact.pushes = turn.contact.pushes[:-1]
        _skip(turn, instance, reason)


def _skip(turn: Turn, instance: Instance, reason: str) -> None:
    instance.skipped += 1
    turn.mark(SKIPPED, instance, instance.state, reason)


def push_of(turn: Turn, doing: Doing) -> JourneyPush | None:
    """Which push of a journey it is that `may_push` has just allowed; `None`: no journey's."""
    found = journey_of(turn, doing.instance)
    if found is None:
        return None
    _, instance = found
    within, one = list[str](), doing.instance
    while one is not None and one.flow != instance.flow and one.flow not in within:
        within.append(one.flow)
        one = turn.contact.instance(one.parent, one.channel) if one.parent is not None else None
    return JourneyPush(instance.flow, instance.state, _number_of_push(turn, instance), tuple(within))


def remember_push(turn: Turn) -> None:
    """Count one more of a journey's paid pushes towards `limits`."""
    rate = turn.playbook.pushes_per_person
    if rate is not None:
        since = earlier(turn.now, rate.span, turn.playbook.zone)
        turn.contact.pushes = (*(at for at in turn.contact.pushes if at > since), turn.now)


def _late_of(doing: Doing, journey: Flow) -> Late:
    """What is done with what is late: as the state says, else as the journey does."""
    state = doing.flow.states.get(doing.instance.state) if doing.flow and doing.instance else None
    return (state.late if state is not None else None) or journey.late


def _refusal(turn: Turn, doing: Doing, journey: Flow, instance: Instance, late: Late) -> str | None:
    """Why a journey's push is not sent, in the words of the counts and the trace; `None`: it may be sent."""
    if turn.contact.marketing is False:
        at_shop = turn.contact.marketing_shop is False and turn.contact.marketing_here is not False
        return REFUSED_AT_SHOP if at_shop else "marketing stopped"
    if turn.contact.identity(instance.channel).friend is False:
        return "blocked"
    if turn.late and late.then in ("skip", "exit"):
        return "late"
    if turn.token is None and is_braked(turn, doing.instance):
        return "brake"
    quiet = journey.quiet
    if turn.token is None and quiet is not None and quiet.open_at(turn.now, turn.playbook.zone):
        return "quiet"
    total = turn.world.totals.get(journey.name, 0)
    if (journey.max_person is not None and instance.pushes >= journey.max_person) or (
        journey.max_total is not None and total >= journey.max_total
    ):
        return "max_pushes"
    rate = turn.playbook.push_limit(journey.priority) if turn.token is None else None
    over = rate is not None and rate.is_reached(turn.contact.pushes, turn.now, turn.playbook.zone)
    return "pushes_per_person" if over else None


def _number_of_push(turn: Turn, instance: Instance) -> int:
    """The number of a push that a journey has just made: no other one of this turn has the same."""
    number = max(instance.pushes, turn.numbered.get(instance.flow, 0) + 1)
    turn.numbered = {**turn.numbered, instance.flow: number}
    return number
