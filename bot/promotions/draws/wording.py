"""The sentences of draws (N3) in a trace."""

from __future__ import annotations

from bot.wording.promotions import WordingPart

PART = WordingPart(
    rows={
        "won": "has won in the draw {draw}",
        "nothing": "has won nothing in the draw {draw}",
        "had": "has tried the draw {draw} already",
        "over": "the draw {draw} is not open",
        "failed": "the draw {draw} could not be carried out",
        "": "news of the draw {draw}",
    },
    page="own draws",
)
