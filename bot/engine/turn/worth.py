"""What an operand of an action is worth in a turn."""

from __future__ import annotations

from bot.engine.compiled.step import Operand, TodayWord
from bot.engine.texts.template import Template
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.value import Value


def worth(turn: Turn, operand: Operand, doing: Doing) -> Value | None:
    """The value of an operand here and now; `None` where nothing is known."""
    match operand:
        case TodayWord(now):
            return turn.now if now else turn.when.today.isoformat()
        case Template():
            value = operand.worth(turn.lookup(doing), turn.playbook.zone)
            return None if value == "" else value
        case _:
            return operand
