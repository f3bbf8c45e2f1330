"""The comments of a recording, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.translatable import Language, Translatable, tr

LOOSE = tr("an address in it is another one on each machine")


def header(language: Language, *, edited: bool) -> Iterator[str]:
    """The lines above the scenario. `edited`: the playbook was changed while it was played."""
    yield _comment(language, tr("recorded in the simulator; oaflow test plays it again"))
    if edited:
        yield _comment(
            language,
            tr("the playbook was changed while this was played: what came before may be another playbook's"),
        )


def loose(language: Language) -> str:
    """Behind what holds only on this machine."""
    return f"  {_comment(language, LOOSE)}"


def left_out(language: Language, what: str) -> str:
    """In the place of what no scenario knows."""
    return _comment(language, tr("left out: {what}", what=" ".join(what.split())))


def _comment(language: Language, message: Translatable) -> str:
    return f"# {language.text(message)}"
