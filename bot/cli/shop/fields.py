"""`oaflow shop fields`: what a shop has of a member to map from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT
from bot.cli.playbook_folder import folder_and_words, valid_here
from bot.model.clock import SystemClock
from bot.model.translatable import Language, tr
from bot.operations.shops.fields import shop_fields, shop_of
from bot.shops.catalogue import CatalogueField


def fields(wanted: Arguments, words: Language) -> int:
    """Print a line for each field; the exit code."""
    folder, named = folder_and_words(wanted.words)
    settings = valid_here(folder).settings
    shop = shop_of(settings.shops, " ".join(named) or None)
    found = on_event_loop(shop_fields(shop, settings.private_hosts, SystemClock()))
    show_answer([asdict(one) for one in found], _lines(found, words), for_programs=wanted.json)
    return RIGHT


def _lines(found: Sequence[CatalogueField], words: Language) -> Iterator[str]:
    """For people: path, type and example below each other."""
    paths, types = (max((len(text) for text in texts), default=0) for texts in _columns(found))
    for one in found:
        line = f"{one.path:<{paths}}  {one.type:<{types}}  {one.example}".rstrip()
        yield f"{line}  {words.text(tr('(may be written)'))}" if one.writes else line


def _columns(found: Sequence[CatalogueField]) -> Sequence[Sequence[str]]:
    return [one.path for one in found], [one.type for one in found]
