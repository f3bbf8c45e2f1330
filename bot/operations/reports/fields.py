"""Rates and differences as programs and spreadsheets have them: fractions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.model.proportions import GroupDifference, Proportion, interval


def share_texts(rate: Proportion | None) -> Sequence[str]:
    """The rate, and between what it lies; empty where there is none."""
    if rate is None:
        return ("", "", "")
    found = interval(rate)
    return tuple(f"{one:.5f}" for one in (rate.share, found.low, found.high))


def interval_told(rate: Proportion | None) -> dict[str, object]:
    """Between what it lies."""
    found = None if rate is None else interval(rate)
    return {"low": None if found is None else found.low, "high": None if found is None else found.high}


def differences_told(differences: Iterable[GroupDifference]) -> list[dict[str, object]]:
    """Each with whether it is seen."""
    return [
        {
            "one": one.one,
            "other": one.other,
            "by": one.by,
            "low": one.between.low,
            "high": one.between.high,
            "seen": one.is_seen,
        }
        for one in differences
    ]
