"""Text with the quoted characters marked, and which claims quote them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Fragment", "fragments", "plain"]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of text; ``quotes`` are the numbers, from 1, of the spans that touch it, none if it is not quoted."""

    text: str
    quotes: tuple[int, ...] = ()


def fragments(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[Fragment]:
    """Cut ``text[start:end]`` where quoting begins and ends; the fragments together are that text again.

    Spans that touch or overlap make one fragment.
    """
    at = start
    for first, last, numbers in _merged(spans):
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        if first > at:
            yield Fragment(text[at:first])
        yield Fragment(text[first:last], numbers)
        at = last
    if at < end:
        yield Fragment(text[at:end])


def plain(parts: Iterator[Fragment]) -> str:
    """Write fragments as plain text: ``[[quoted]]{1,3}``."""
    return "".join(f"[[{p.text}]]{{{','.join(map(str, p.quotes))}}}" if p.quotes else p.text for p in parts)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int, tuple[int, ...]]]:
    """Join spans that overlap or touch, with the numbers of those joined."""
    merged: list[tuple[int, int, tuple[int, ...]]] = []
    for (start, end), number in sorted((span, number) for number, span in enumerate(spans, start=1)):
        if merged and start <= merged[-1][1]:
            before = merged[-1]
            merged[-1] = (before[0], max(before[1], end), tuple(sorted((*before[2], number))))
        else:
            merged.append((start, end, (number,)))
    return merged
