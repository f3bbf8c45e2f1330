"""Processes of a bot that carry out what staff order."""

from __future__ import annotations

from tests.runtime.bots import bots, by_our_clock

__all__ = ["bots", "by_our_clock"]
