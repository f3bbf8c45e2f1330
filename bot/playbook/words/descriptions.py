"""What editors say of each key, English beside Chinese."""

from __future__ import annotations

from bot.playbook.words import descriptions_of_rules, descriptions_of_things

DESCRIPTIONS = {**descriptions_of_rules.DESCRIPTIONS, **descriptions_of_things.DESCRIPTIONS}
