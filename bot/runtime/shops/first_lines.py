"""In which line of a file something stood first, for millions of things in little memory."""

from __future__ import annotations

from array import array


class FirstLines:
    """An open hash table of 12 bytes a place, of which at most 7 in 10 are taken; of a key it has 64 bits.

    A dictionary of the same takes ten times as much.
    """

    def __init__(self) -> None:
        places = 1 << 10
        self._keys, self._lines = array("Q", bytes(8 * places)), array("I", bytes(4 * places))
        self._taken = 0

    def of(self, key: int, line: int) -> int:
        """The first line of this hash; `line`, where it is new."""
        mark = key & 0xFFFF_FFFF_FFFF_FFFF or 1
        at = self._place(mark)
        if self._keys[at]:
            return self._lines[at]
        self._keys[at], self._lines[at] = mark, line
        self._taken += 1
        if self._taken * 10 > len(self._keys) * 7:
            self._grow()
        return line

    def _place(self, mark: int) -> int:
        """Where it is, or is to be put."""
        keys = self._keys
        mask = len(keys) - 1
        at = mark & mask
        while (there := keys[at]) and there != mark:
            at = (at + 1) & mask
        return at

    def _grow(self) -> None:
        keys, lines = self._keys, self._lines
        places = 2 * len(keys)
        self._keys, self._lines = array("Q", bytes(8 * places)), array("I", bytes(4 * places))
        for mark, line in zip(keys, lines, strict=True):
            if mark:
                at = self._place(mark)
                self._keys[at], self._lines[at] = mark, line
