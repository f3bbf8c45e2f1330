"""Asking the question of a state, in chat or on a page (semantics 10), with the notice that is due (B16)."""

from __future__ import annotations

from bot.engine.compiled.card import Tap
from bot.engine.compiled.flow import Question
from bot.engine.flows.door import may_push, push_of
from bot.engine.flows.limits import with_limits
from bot.engine.flows.offered import offered
from bot.engine.turn.consent import notice_with
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.contact import Instance


def question_of(turn: Turn, instance: Instance) -> Question | None:
    """What the instance asks where it is."""
    state = turn.state_of(instance)
    return state.question if state is not None else None


def lacks_notice(turn: Turn, instance: Instance, question: Question) -> bool:
    """Whether the privacy notice is due and did not stand with the question: no answer is taken so."""
    return instance.told is None and notice_with(turn.playbook, turn.contact, question) is not None


def ask(turn: Turn, instance: Instance, question: Question, doing: Doing, back: tuple[Tap, ...] = ()) -> None:
    """Say the question with what can be tapped, `back` last; a page shows it by itself."""
    told = notice_with(turn.playbook, turn.contact, question)
    if instance.on_page:
        instance.told = told
        return
    if turn.token is None and not may_push(turn, doing, question.place):
        instance.unasked = True
        return  # a journey's question is a push like any other
    privacy = turn.playbook.privacy
    notice = (privacy.card,) if privacy is not None and told is not None else ()
    of = push_of(turn, doing) if turn.token is None else None
    choices: tuple[Tap | str, ...] = (*offered(turn, instance, question), *back)
    asked = turn.render((*notice, *question.ask), doing, choices)
    turn.speak(with_limits(asked, question.answer, turn.when), of)
    instance.told, instance.unasked = told, False
    turn.asked_question = True
    turn.note("ask", "asked", place=question.place)
