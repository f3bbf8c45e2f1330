"""A phone, a code or a link's text that is said in the chat while a page waits for it: where that belongs."""

from __future__ import annotations

from bot.engine.compiled.heard import Heard
from bot.engine.flows.answers import ANSWERS, valid_answer
from bot.engine.flows.door import is_halted
from bot.engine.flows.questions import ON_THE_PAGE, asked_of, links_of
from bot.engine.rendering.placeholders import page_address
from bot.engine.texts.text import fold
from bot.engine.turn.on_page import page_of
from bot.engine.turn.turn import Turn

ON_PAGE = "這一步正在網頁上進行，請回到網頁填寫。"


def asked_on_page(turn: Turn, heard: Heard) -> bool:
    """Whether this is what a page of this person asks for or offers now; then it is said, with the way back.

    It is no answer: flows on a page do not hear the chat (semantics 9).
    """
    for instance in turn.contact.flows:
        if not instance.on_page or instance.channel != turn.channel or is_halted(turn, instance):
            continue
        state, page = turn.state_of(instance), page_of(turn, instance)
        flow, question = turn.flow_of(instance), state.question if state is not None else None
        if flow is not None and flow.form is not None:
            continue  # what was begun weeks ago must not keep its words from the chat's rules
        if flow is None or state is None or question is None or page is None:
            continue
        is_asked = ANSWERS[question.answer.type].said_alone
        is_answer = is_asked and valid_answer(question.answer, heard, turn.when) is not None
        if is_answer or heard.folded in map(fold, links_of(flow, state, asked_of(turn, instance))):
            _say(turn, page)
            return True
    return False


def _say(turn: Turn, page: str) -> None:
    address = page_address(turn.playbook, page, turn.channel)
    if turn.token is not None and address is not None:
        action = {"type": "uri", "label": ON_THE_PAGE, "uri": address}
        items = [{"type": "action", "action": action}]
        turn.speak(({"type": "text", "text": ON_PAGE, "quickReply": {"items": items}},))
    turn.note("page", "not heard", f"the page {page} asks for this")
