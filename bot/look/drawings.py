"""How pages are drawn from templates for Jinja, and what pages of several rooms draw alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined

from bot.model.translatable import Language, Translatable, TranslatableValue, plural

_FOLDER = Path(__file__).parent
STEPS = (_FOLDER / "steps.css").read_bytes()
"""The style sheet of `steps.html`."""


def page_templates(*folders: Path) -> Environment:
    """All that lie in these folders, and those that all may use.

    All are read at once: an upgrade on the disk does not reach a running process. Each is compiled when it
    is first drawn: to compile all of them was half of what a start costs.
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
