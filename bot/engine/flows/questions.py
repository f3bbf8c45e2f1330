"""Asking a question: its messages, what may be tapped beside it, and where its answer is stored."""

from __future__ import annotations

from bot.engine import notes
from bot.engine.compiled.card import PageAddress, Tap
from bot.engine.compiled.flow import Flow, Question, State
from bot.engine.compiled.rule import OnText, Rule
from bot.engine.conditions.condition import ConditionContext
from bot.engine.flows.answers import SEVERAL, with_limits
from bot.engine.flows.push_gate import may_push, push_of
from bot.engine.rendering.placeholders import as_type, filling_of
from bot.engine.rendering.rendering import action_of, message_action
from bot.engine.turn.changes import add_tags, remove_tags, set_attribute, set_marketing
from bot.engine.turn.doing import Doing
from bot.engine.turn.how_often import limit_of
from bot.engine.turn.notices import agree, notice_with
from bot.engine.turn.turn import Turn
from bot.model.conversation import Secrecy
from bot.model.instance import Answer, Instance
from bot.model.message import Message

ON_THE_PAGE = "回到網頁繼續"
"""The button that leads back to the page from which a question has come into the chat."""


def links_of(flow: Flow, state: State, context: ConditionContext) -> dict[str, bool]:
    """The texts that the state's rules match now, the first of each; with whether it sends a code again.

    A page draws them as links below the field, the chat as quick replies.
    """
    found: dict[str, bool] = {}
    for rule in state.rules:
        if _is_available(rule, context):
            for trigger in rule.when:
                if isinstance(trigger, OnText):
                    found.setdefault(trigger.texts[0], flow.sends(rule))
    return found


def _is_available(rule: Rule, context: ConditionContext) -> bool:
    if rule.condition is not None and not rule.condition.holds(context):
        return False
    return not (rule.limited and limit_of(rule, context) is not None)


def condition_context(turn: Turn, instance: Instance) -> ConditionContext:
    """The context in which conditions of the rules of an instance's state are evaluated."""
    of = instance.channel
    return ConditionContext(turn.contact, of, turn.when, answers=instance.answers, taken=turn.world.taken)


def offered(turn: Turn, instance: Instance, question: Question) -> tuple[str, ...]:
    """The quick replies of a question in chat; links only of a flow with a page, where they are seen too."""
    flow, state = turn.flow_of(instance), turn.state_of(instance)
    if flow is None or state is None or not flow.page:
        return question.choices
    links = links_of(flow, state, condition_context(turn, instance))
    return tuple(dict.fromkeys((*question.choices, *links)))


def actions_offered(turn: Turn, instance: Instance, question: Question) -> tuple[Message, ...]:
    """The actions of those quick replies and of its date pickers, within the limits of this moment."""
    says = tuple(message_action(text) for text in offered(turn, instance, question))
    if not question.pickers:
        return says
    lookup = turn.lookup(Doing(turn.flow_of(instance), instance, instance.answers))
    filling = filling_of(turn.playbook, instance.channel, turn.now, lookup)
    pickers = [action for tap in question.pickers if (action := action_of(tap, filling)) is not None]
    return (*says, *with_limits(pickers, question.answer, turn.when))


def way_back(question: Question, page: str) -> Tap:
    """The quick reply that opens the page again; left out where the channel has no LIFF."""
    action = {"type": "uri", "label": ON_THE_PAGE, "uri": PageAddress(page)}
    return Tap(question.place, f"page/{page}", ON_THE_PAGE, action, page)


def question_of(turn: Turn, instance: Instance) -> Question | None:
    """What the instance asks where it is."""
    state = turn.state_of(instance)
    return state.question if state is not None else None


def lacks_notice(turn: Turn, instance: Instance, question: Question) -> bool:
    """Whether a privacy notice is due and was not shown with the question: then no answer is taken."""
    return instance.notice_version is None and notice_with(turn.playbook, turn.contact, question) is not None


def ask(turn: Turn, instance: Instance, question: Question, doing: Doing, back: tuple[Tap, ...] = ()) -> None:
    """Send the question with its quick replies, `back` last; a page shows it by itself."""
    notice_version = notice_with(turn.playbook, turn.contact, question)
    if instance.on_page:
        instance.notice_version = notice_version
        return
    if turn.token is None and not may_push(turn, doing, question.place):
        instance.unasked = True
        return  # a journey's question is a push like any other
    privacy = turn.playbook.privacy
    notice = (privacy.card,) if privacy is not None and notice_version is not None else ()
    of = push_of(turn, doing) if turn.token is None else None
    choices: tuple[Tap | str, ...] = (*offered(turn, instance, question), *back)
    messages = turn.render((*notice, *question.ask), doing, choices)
    turn.speak(with_limits(messages, question.answer, turn.when), of)
    instance.notice_version, instance.unasked = notice_version, False
    turn.asked_question = True
    turn.note(notes.ASKED, place=question.place)


def take_answer(turn: Turn, instance: Instance, question: Question, answer: Answer) -> None:
    """Take a valid answer and store it on the person; a form's answers are stored when it is sent."""
    turn.secrecy = "once" if answer.type == "code" else secrecy_of(question)
    instance.answers = {**instance.answers, instance.state: answer}
    flow = turn.flow_of(instance)
    if flow is None or flow.form is None:
        keep_answer(turn, question, answer, instance.notice_version, on_page=instance.on_page)
    elif instance.notice_version is not None:
        agree(turn, instance.notice_version, on_page=True)


def secrecy_of(question: Question) -> Secrecy:
    """How far replies to a question may be shown, also invalid ones: a mistyped phone is private, too."""
    return "private" if question.private or question.answer.type == "code" else ""


def keep_answer(
    turn: Turn, question: Question, answer: Answer, notice_version: str | None, *, on_page: bool
) -> None:
    """Save an answer as attribute, tags or consent, where the question says so.

    `notice_version` is that of the privacy notice shown with the question: the answer agrees to it.
    """
    if notice_version is not None:
        agree(turn, notice_version, on_page=on_page)
    if question.answer.type == "consent":
        set_marketing(turn, answer.value is True)
    if question.save_tags and isinstance(answer.value, str):
        _save_tags(turn, question, answer.value)
    elif question.save is not None:
        key, slot, type_ = question.save
        value = as_type(answer.value, type_, turn.playbook.zone)
        if value is not None:
            set_attribute(turn, key, slot, value)


def _save_tags(turn: Turn, question: Question, chosen: str) -> None:
    wanted = [name for name in chosen.split(SEVERAL) if name]
    add_tags(turn, wanted, question.place.path)
    others = [choice.value for choice in question.answer.choices if choice.value not in wanted]
    remove_tags(turn, others, question.place.path)
