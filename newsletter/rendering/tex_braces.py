"""Pairs of braces in TeX, found in one pass so that parsing stays linear."""

import re


class Braces:
    """Which `{` is closed by which `}`; escaped braces do not count. Built in one pass."""

    def __init__(self, source: str) -> None:
        """Match all braces of `source`."""
        self._close: dict[int, int] = {}
        waiting: list[int] = []
        for token in re.finditer(r"\\.|[{}]", source, re.DOTALL):
            if token[0] == "{":
                waiting.append(token.start())
            elif token[0] == "}" and waiting:
                self._close[waiting.pop()] = token.start()

    def close(self, opened: int, end: int) -> int | None:
        """Return where the brace at `opened` closes; None without one there or before `end`."""
        stop = self._close.get(opened)
        return stop if stop is not None and stop < end else None
