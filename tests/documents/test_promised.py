"""What a version has promised to those who script against it stays (CHANGELOG, *What a version promises*)."""

from __future__ import annotations

import pytest

from tests.documents.promised import Promise, broken, present, written


@pytest.mark.ring("test", "the whole outside, once")
def test_nothing_that_was_promised_is_gone() -> None:
    """Bring the name back, or take it as what replaces it, too: people's scripts and playbooks use it."""
    assert written(), "nothing is promised"
    assert broken(written(), present()) == []


def test_what_is_gone_is_named() -> None:
    before: Promise = {"words": {"coupon": ["code", "until"], "draw": ["odds"]}, "metrics": {"events": []}}
    now: Promise = {"words": {"coupon": ["code", "from"]}}
    assert broken(before, now) == ["words: coupon until", "words: draw", "metrics: events"]
