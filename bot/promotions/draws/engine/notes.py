"""What is noted of draws (N3)."""

from __future__ import annotations

from bot.model.trace import NoteKind

DRAW_TRIED = NoteKind(
    "draw: {draw} tried", "Tried the draw {draw}, and waits for what comes of it", "wait", code="draw_tried"
)
DRAW_HAD = NoteKind(
    "draw: {draw} was tried already", "Has tried the draw {draw} already", "not", code="draw_had"
)
DRAW_OVER = NoteKind("draw: {draw} is not open", "The draw {draw} is not open", "not", code="draw_over")
DRAW_GONE = NoteKind("draw: there is no {draw}", "There is no draw {draw}", "not", code="draw_gone")
DRAW_DECIDED_BEFORE = NoteKind(
    "draw: {draw} was decided before",
    "What came of the draw {draw} is known already",
    "no",
    code="draw_decided_before",
)
