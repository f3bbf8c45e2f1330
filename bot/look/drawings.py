"""How pages are drawn from templates for Jinja; the console and the simulator share the templates here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined

from bot.model.translatable import Language, Translatable, TranslatableValue, plural

_FOLDER = Path(__file__).parent
STEPS = (_FOLDER / "steps.css").read_bytes()
"""The style sheet of `steps.html`."""


def page_templates(*folders: Path) -> Environment:
    """The environment of the templates in these folders, and of the shared ones beside this module.

    All are read at once: an upgrade on the disk does not reach a running process. Each is compiled when it
    is first drawn: to compile all of them would double the time of a start.
    """
    files = [path for folder in (_FOLDER, *folders) for path in sorted(folder.glob("*.html"))]
    return Environment(
        loader=DictLoader({path.name: path.read_text("utf-8") for path in files}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def speaking(words: Language) -> Mapping[str, Callable[..., str]]:
    """`tr` and `plural` for a template: sentences in this language. What they hold is escaped."""

    def said(sentence: str | Translatable, /, **values: TranslatableValue) -> str:
        """A sentence of a template, or of a handler; a text that is none of ours (a title) stays as it is."""
        if isinstance(sentence, Translatable):
            return words.text(sentence)
        return words.text(Translatable(sentence, tuple(values.items())))

    def counted(one: str, other: str, number: int, /, **values: TranslatableValue) -> str:
        return words.text(plural(one, other, number, **values))

    return {"tr": said, "plural": counted}
