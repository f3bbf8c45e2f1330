"""The ids of people of whom no LINE account is known."""

from __future__ import annotations

WITHOUT_LINE, BEHIND_THEM = "M:", "M;"
"""What these ids begin with, and what is just behind all of them.

Names of channels are small letters: these ids come before all others, and pages over everybody skip them.
"""
