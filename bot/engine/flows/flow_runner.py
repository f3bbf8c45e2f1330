"""Moves: how instances of flows enter states, rest, go on and end (semantics 14–22)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine import notes
from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.machine import BRANCH, TOO_MANY, trigger
from bot.engine.compiled.rule import Rule
from bot.engine.compiled.trigger_event import TriggerEvent, fits
from bot.engine.flows.answers import valid_answer
from bot.engine.flows.closed_page import meets_closed
from bot.engine.flows.forms import next_of_form
from bot.engine.flows.perform import perform
from bot.engine.flows.push_gate import (
    closed_by,
    is_halted,
    is_open,
    leaves_for_being_late,
    see_if_too_late,
)
from bot.engine.flows.questions import ask, lacks_notice, question_of, secrecy_of, take_answer, way_back
from bot.engine.flows.starting import go_on_in, into_chat, new_instance, why_not
from bot.engine.turn.doing import NO_ANSWERS, Begin, Doing, noted_cause
from bot.engine.turn.how_often import is_suppressed, use
from bot.engine.turn.on_page import ended_on_page, innermost, page_of, show
from bot.engine.turn.results import count_beginning
from bot.engine.turn.timers import arm_gate, arm_timers
from bot.engine.turn.turn import Turn
from bot.model.counts import FINISHED, HELD, LEFT, MISSED, PASSED
from bot.model.decision import EndedFlow
from bot.model.instance import Answer, Hold, Instance
from bot.model.value import Value

NO_EVENT = TriggerEvent("")
"""The event of branches."""

AT_WORK = "正在處理，請稍候。"
"""The reply in chat to an attempt to begin a flow that waits for an outcome just now."""


class FlowRunner:
    """Moves the flows of one person in one turn: it is what state machines call back (`FlowCallbacks`)."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._event = NO_EVENT
        self._fitting = Doing()
        """The context of actions of the rule that was found to fit."""
        self._answer: Answer | None = None
        """The valid answer that the present message is."""
        self._took: Rule | None = None
        """The rule that has taken the present event."""
        self._answered = False
        self._depth = 0
        """How many flows are being started within each other."""

    # -- events

    def handle(self, instance: Instance, kind: str, event: TriggerEvent) -> Rule | bool:
        """Pass an event to an instance: the rule that took it, `True` for an answer, else `False`."""
        turn = self._turn
        flow = turn.flow_of(instance)
        if flow is None or instance.state not in flow.states:
            return False  # lost: kept, shown, and does nothing (semantics 31)
        if is_halted(turn, instance):
            return False
        self._event, self._took, self._answered = event, None, False
        folded = event.folded if event.kind == "text" else None
        if not trigger(turn.playbook.machine(flow), instance, kind, self, folded):
            return False
        took, answered = self._took, self._answered
        if answered:
            self.go_on(instance)
        self.rest(instance)
        return took if took is not None else True

    def fits(self, instance: Instance, rule: Rule, *, own: bool) -> bool:
        """Whether a rule of the flow, or of the state (`own`), matches the event, and its condition holds."""
        turn = self._turn
        if instance.held is not None and own:
            return False  # at the door: only the flow's rules apply
        doing = self._doing(instance)
        if rule.when:
            added = self._added(rule)
            if added is None:
                return False
            doing.fields = {**self._event.fields, **added} if added else self._event.fields
        if not turn.holds(rule.condition, doing, rule.place):
            return False
        if rule.limited and is_suppressed(turn, rule):
            return False
        if rule.when:
            see_if_too_late(turn, doing, rule)
        self._fitting = doing
        return True

    def _added(self, rule: Rule) -> Mapping[str, Value] | None:
        for one in rule.when:
            added = fits(one, self._event, self._turn.when)
            if added is not None:
                return added
        return None

    def carry_out(self, instance: Instance, rule: Rule) -> None:
        """Do the actions of a rule that was just found to fit."""
        if rule.when:
            self._took = rule
        doing = self._fitting
        if rule.when or rule.do:
            kind = notes.RULE_MATCHED if rule.when else notes.BRANCH_MATCHED
            self._turn.note(kind, self._event.note, place=rule.place)
        if rule.limited:
            use(self._turn, rule)
        self._turn.mark(PASSED, instance, instance.state, rule.key, rule.to or "")
        perform(self._turn, rule.do, doing)
        self.begin_all()

    def _doing(self, instance: Instance) -> Doing:
        return Doing(self._turn.flow_of(instance), instance, instance.answers)

    # -- questions

    def is_answer(self, instance: Instance) -> bool:
        """Whether the present message is a valid answer to the question of the state."""
        question = question_of(self._turn, instance)
        if question is None or not is_open(instance) or lacks_notice(self._turn, instance, question):
            return False
        self._answer = valid_answer(question.answer, self._event, self._turn.when, instance.answers)
        return self._answer is not None

    def take_answer(self, instance: Instance) -> None:
        """Store a valid answer, and what it gives of the person."""
        turn, question, answer = self._turn, question_of(self._turn, instance), self._answer
        if question is None or answer is None:
            return
        self._answered = True
        take_answer(turn, instance, question, answer)
        turn.note(notes.ANSWER_VALID, place=question.place)

    def otherwise(self, instance: Instance) -> bool:
        """Handle an invalid answer: repeat, or leave after too many; whether anything was sent or done."""
        question = question_of(self._turn, instance)
        if question is None or is_halted(self._turn, instance):
            return False
        self._turn.secrecy = secrecy_of(question)
        if lacks_notice(self._turn, instance, question):
            ask(self._turn, instance, question, self._doing(instance))
            return True
        instance.tries += 1
        if question.tries is not None and instance.tries >= question.tries and question.too_many is not None:
            self._turn.note(notes.TOO_MANY_TRIES, place=question.place)
            flow = self._turn.flow_of(instance)
            if flow is not None:
                self._turn.mark(PASSED, instance, instance.state, TOO_MANY, question.too_many)
                trigger(self._turn.playbook.machine(flow), instance, TOO_MANY, self)
                self.rest(instance)
            return True
        if question.otherwise is None:
            return False
        messages = self._turn.render(question.otherwise, self._doing(instance))
        if instance.on_page:
            show(self._turn, instance, messages)
        else:
            self._turn.speak(messages)
        self._turn.note(notes.OTHERWISE, place=question.place)
        return True

    # -- moving

    def go_to(self, instance: Instance, state: str) -> None:
        """Enter a state of the instance's flow beside its rules, and go on to where it rests."""
        self._enter(instance, state)
        self.rest(instance)

    def _enter(self, instance: Instance, state: str) -> None:
        instance.state = state
        self.entered(instance)

    def entered(self, instance: Instance) -> None:
        """A state has been entered (also the same one anew): its actions, unless the door is closed."""
        turn = self._turn
        flow = turn.flow_of(instance)
        if flow is None or not turn.has(instance):
            return  # the rule that moved it has also left the flow
        state = flow.states[instance.state]
        turn.void_timers(instance)
        turn.drop_children(instance)
        instance.visit += 1
        instance.entered = turn.now
        instance.tries, instance.fired, instance.held, instance.notice_version = 0, (), None, None
        instance.unasked = False
        turn.note(notes.STATE, state.name, flow.name, place=state.place)
        if turn.count_move(f"flow {flow.name}"):
            self.come_in(instance, flow, state)

    def come_in(self, instance: Instance, flow: Flow, state: State) -> None:
        """Do what a state does when it is entered, or be held at its door."""
        turn = self._turn
        if leaves_for_being_late(turn, instance, state):
            self.end(instance, "late")
            return
        held = closed_by(turn, instance, state)
        if held is not None:
            self._hold(instance, state, held)
            return
        instance.entered = turn.now
        doing = Doing(flow, instance, instance.answers)
        perform(turn, state.do, doing)
        self.begin_all()
        if not turn.has(instance):
            return  # it has left itself
        if state.end:
            self.end(instance, state.name)
            return
        if state.question is not None:
            ask(turn, instance, state.question, doing)
        arm_timers(turn, instance)
        if state.run is not None:
            self.begin(Begin(state.run, NO_ANSWERS, instance.on_page, flow.name, state.place))

    def _hold(self, instance: Instance, state: State, held: Hold) -> None:
        instance.held = held
        arm_gate(self._turn, instance, held)
        self._turn.mark(HELD, instance, state.name, held.by)
        self._turn.note(notes.GATE_HELD, held.by, place=state.place)

    def rest(self, instance: Instance) -> None:
        """Bring an instance to rest: a transient state is left by the first branch that holds (16)."""
        turn = self._turn
        while turn.has(instance) and instance.held is None and not turn.cut:
            flow = turn.flow_of(instance)
            state = flow.states.get(instance.state) if flow is not None else None
            if flow is None or state is None or state.rests or state.end:
                break
            if not self.go_on(instance):
                break
        if turn.has(instance):
            turn.late = False
        while turn.leaving:
            (journey, why), *others = turn.leaving
            turn.leaving = tuple(others)
            if turn.has(journey):
                self.end(journey, why)

    def settle(self) -> None:
        """Move on instances in states that rest no more, or where a turn was cut off (semantics 30)."""
        turn = self._turn
        for instance in turn.contact.flows:
            if turn.has(instance) and instance.held is None and not is_halted(turn, instance):
                with turn.on(instance.channel):
                    self._settle(instance)

    def _settle(self, instance: Instance) -> None:
        turn = self._turn
        state = turn.state_of(instance)
        if state is None:
            return  # lost
        if state.end:
            self.end(instance, state.name)
            return
        if state.run is not None and turn.contact.instance(state.run, instance.channel) is None:
            turn.drop_children(instance)
            self.begin(Begin(state.run, NO_ANSWERS, instance.on_page, instance.flow, state.place))
        self.rest(instance)

    def go_on(self, instance: Instance) -> bool:
        """Leave a state that is done by its branches; whether one held."""
        turn = self._turn
        flow = turn.flow_of(instance)
        if flow is None or not turn.has(instance):
            return False
        self._event = NO_EVENT
        if flow.form is not None and (to := next_of_form(turn, instance)) is not None:
            self._enter(instance, to)
            return True
        return trigger(turn.playbook.machine(flow), instance, BRANCH, self)

    def end(self, instance: Instance, at: str) -> None:
        """End a flow; the flow that runs it is notified by news later in the turn (semantics 17)."""
        turn = self._turn
        waiting = turn.waiting_for(instance)
        ended_on_page(turn, instance, at)
        state = turn.state_of(instance)
        if state is not None and state.end and state.name == at:
            turn.mark(FINISHED, instance, at)
            if instance.skipped:
                turn.mark(MISSED, instance, at)
        else:
            turn.mark(LEFT, instance, instance.state, at)
        turn.drop(instance)
        turn.ended += (EndedFlow(instance.flow, instance.channel, at, instance.began, instance.answers),)
        turn.note(notes.FLOW_ENDED, instance.flow, at)
        turn.queue_news("flow_ended", instance.flow, {"at": at})
        for other in waiting:
            turn.queue_news(
                "ended", at, {"flow": instance.flow, "parent": other.flow, "channel": other.channel}
            )

    # -- starting

    def leave_undone(self) -> None:
        """Leave the flows that were begun by what this turn has undone with a binding (semantics 33)."""
        turn = self._turn
        for instance in turn.contact.flows:
            if instance.cause not in turn.undone:
                continue
            with turn.on(instance.channel):
                if turn.leave(instance, "unbound"):
                    turn.note(notes.FLOW_UNDONE, instance.flow, noted_cause(instance.cause))
        turn.undone = frozenset()

    def begin_all(self) -> None:
        """Start the flows that a list of actions asked for, after that list (semantics 19)."""
        turn = self._turn
        while turn.begins and not turn.cut:
            self.begin(turn.begins.pop(0))

    def begin(self, begin: Begin) -> bool:
        """Start a flow; whether it began. One who is in it stays where he is."""
        turn = self._turn
        flow = turn.playbook.flow(begin.flow, turn.channel)
        if flow is None or not turn.count_nested(self._depth, f"flow {begin.flow}"):
            return False
        there = turn.contact.instance(flow.name, turn.channel)
        if there is not None:
            go_on_in(turn, there, begin)
            turn.note(notes.NOT_STARTED, flow.name, "is in it already", place=begin.place)
            self._ask_again(flow.name)
            return False
        reason = why_not(turn.playbook, flow, turn.channel, turn.now)
        if reason is not None:
            turn.note(notes.NOT_STARTED, flow.name, reason, place=begin.place)
            meets_closed(turn, flow.name)
            self._without_child(begin, reason)
            return False
        instance = new_instance(turn, flow, begin)
        turn.add_instance(instance)
        count_beginning(turn, flow, instance)
        turn.note(notes.STARTED, flow.name, place=begin.place or flow.place)
        late, self._depth = turn.late, self._depth + 1
        self.entered(instance)
        self.begin_all()
        self.rest(instance)
        turn.late, self._depth = late, self._depth - 1  # the flow that started it may be on a late move still
        return True

    def _ask_again(self, flow: str) -> None:
        """Ask the open question again where the flow is already running, if that is free of charge.

        What has begun on a page is taken into the chat, with a way back; while something is asked of the
        world it stays where it is, for its outcome would cost a push here.
        """
        turn = self._turn
        instance = innermost(turn.contact, flow, turn.channel)
        state = turn.state_of(instance) if instance is not None else None
        if instance is None or state is None or turn.token is None:
            return
        if is_halted(turn, instance):
            meets_closed(turn, flow)
        elif state.question is not None and instance.held is None:
            page = page_of(turn, instance) if instance.on_page else None
            into_chat(turn, instance)
            back = () if page is None else (way_back(state.question, page),)
            ask(turn, instance, state.question, self._doing(instance), back)
        elif state.waits_for_world:
            turn.speak(({"type": "text", "text": AT_WORK},))

    def _without_child(self, begin: Begin, reason: str) -> None:
        """A flow whose sub-flow cannot begin ends, for nothing would ever move it."""
        turn = self._turn
        if begin.parent is not None:
            parent = turn.contact.instance(begin.parent, turn.channel)
            if parent is not None:
                self.end(parent, reason)
