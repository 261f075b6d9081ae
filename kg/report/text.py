"""A summary as text: tables with rich, for a terminal or for a file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from kg.report.nouns import Block, Group, Quote, RateRow, Row, StudyLine, View
from kg.report.wording import wording
from kg.synthesis import StudyDirection

__all__ = ["as_text"]

WIDTH = 120
"""Columns of a text that goes to a file."""

NARROWEST = 60
"""Columns below which the tables would lose words: a narrower terminal breaks the lines itself."""

_SHORT = {"no-difference": "no diff.", "not-clear": "unclear"}
_STYLES: dict[StudyDirection, str] = {"better": "green", "worse": "red", "mixed": "yellow"}


def as_text(view: View, *, width: int | None = None, colour: bool = False, plain: bool = False) -> str:
    """Return a summary as text of ``width`` columns; ``plain`` keeps to ASCII signs, words stand beside them anyway."""
    console = Console(
        file=io.StringIO(),
        width=max(width or WIDTH, NARROWEST),
        force_terminal=colour,
        no_color=not colour,
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
        safe_box=True,
    )
    page = _Page(console, plain, colour)
    with console.capture() as captured:
        page.write(view)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def _shown(text: str) -> str:
    """Return a text without characters that would steer a terminal."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)


class _Page:
    """Writes the parts of a summary, one under the other."""

    def __init__(self, console: Console, plain: bool, colour: bool) -> None:
        self._console = console
        self._plain = plain
        self._colour = colour

    def write(self, view: View) -> None:
        self._line(view.title, "bold")
        self._line("=" * len(view.title))
        if view.banner:
            self._line(f"*** {view.banner[0]} *** {view.banner[1]}", "bold red")
        self._line()
        self._pairs(view.question)
        self._line()
        for sentence in view.headline:
            self._line(sentence)
        if not view.empty:
            self._evidence(view)
        self._heading("What this is not")
        for limit in view.limits:
            self._hanging(f"- {limit}", 2)
        if view.banner:
            self._line()
            self._line(f"*** {view.banner[0]} *** {view.banner[1]}", "bold red")

    def _evidence(self, view: View) -> None:
        if view.between:
            self._heading("Between groups: the technique against something else")
            self._tables(view.between, compared=True)
            self._line(view.note("direction"))
            for line in view.signs:
                self._line(line)
        if view.within:
            self._heading("Within one group: change from baseline, no comparison")
            self._line(view.note("within"))
            self._line()
            self._tables(view.within, compared=False)
        if view.rates:
            self._heading("Rates: harms and others, no comparison")
            self._line(view.note("rates"))
            for title, rows in view.rates:
                self._rates(title, rows)
        if view.only_compared:
            self._line()
            self._line(view.note("rates_left_out"))
        if view.has_parts:
            self._line()
            self._line(view.note("parts"))
        if view.blocks:
            self._heading("The sentences behind the numbers")
            self._line(view.note("sentences"))
            for block in view.blocks:
                self._block(block)

    def _tables(self, groups: Iterable[Group], *, compared: bool) -> None:
        for group in groups:
            self._line(group.title, "bold")
            self._console.print(self._table(group.rows, compared=compared))
            self._line()

    def _table(self, rows: Sequence[Row], *, compared: bool) -> Table:
        table = Table(
            box=None, pad_edge=False, expand=True, padding=(0, 1, 0, 0), header_style="bold" if self._colour else ""
        )
        table.add_column("\nRow", no_wrap=True)
        table.add_column(
            "Outcome\n  against, follow-up" if compared else "Outcome\n  follow-up", ratio=2, overflow="fold"
        )
        for direction, words in wording()["directions"].items():
            table.add_column(f"{self._sign(direction)}\n{_SHORT.get(direction, words['word'])}", justify="right")
        table.add_column("Partici-\npants", justify="right", max_width=10)
        table.add_column("\nDesigns (not counted)", ratio=1, overflow="fold")
        last = ""
        for row in rows:
            if row.outcome != last:
                table.add_row("", Text(row.outcome, style="bold" if self._colour else ""))
                last = row.outcome
            place = ", ".join(filter(None, (row.contrast or row.against, row.follow_up)))
            aside = f"({row.listed})" if row.listed else ""
            cells = [row.ref, f"  {place}", *(str(count) for _, count in row.counts), row.participants]
            cells.append("; ".join(filter(None, (row.designs, aside))))
            table.add_row(*(Text(cell) for cell in cells))
            for part in row.parts:
                table.add_row("", Padding(Text(part, style="dim" if self._colour else ""), (0, 0, 0, 4)))
        return table

    def _rates(self, title: str, rows: Sequence[RateRow]) -> None:
        self._line()
        self._line(title, "bold")
        last = ""
        for row in rows:
            if row.outcome != last:
                self._line(row.outcome)
                last = row.outcome
            when = "" if row.follow_up == "not stated" else f", {row.follow_up}"
            self._indented(f"{row.ref}  {row.as_written} [{row.counted_in}{when}] - {self._study_text(row.study)}", 2)
            self._quotes(row.study.quotes)

    def _block(self, block: Block) -> None:
        self._line()
        self._line(f"{block.ref}  {block.title}", "bold")
        for study in block.studies:
            style = _STYLES.get(study.direction, "") if study.direction and not study.remark else ""
            self._indented(self._study_text(study), 2, style)
            self._quotes(study.quotes)

    def _study_text(self, study: StudyLine) -> str:
        direction = ""
        if study.direction:
            direction = f"{self._sign(study.direction)} {wording()['directions'][study.direction]['word']}: "
        remark = f" ({study.remark})" if study.remark else ""
        flags = f" [{'; '.join(study.flags)}]" if study.flags else ""
        return f"{direction}{study.reference}{remark}{flags}"

    def _quotes(self, quotes: Iterable[Quote]) -> None:
        for quote in quotes:
            words = f"quoted under {quote.see}" if quote.see else f'"{quote.text}"'
            self._indented(f"{words} {' '.join(f'[{each}]' for each in quote.details)}", 6)

    def _sign(self, direction: str) -> str:
        words = wording()["directions"][direction]
        return str(words["plain" if self._plain else "sign"])

    def _pairs(self, pairs: Iterable[tuple[str, str]]) -> None:
        table = Table.grid(padding=(0, 2, 0, 0))
        for name, value in pairs:
            table.add_row(Text(name), Text(_shown(value)))
        self._console.print(table)

    def _heading(self, title: str) -> None:
        self._line()
        self._line(title, "bold")
        self._line("-" * len(title))

    def _line(self, text: str = "", style: str = "") -> None:
        self._console.print(Text(_shown(text), style=style if self._colour else ""))

    def _hanging(self, text: str, left: int) -> None:
        """Print a text whose lines after the first begin further to the right."""
        words = Text(_shown(text))
        first, *rest = words.wrap(self._console, self._console.width)
        self._console.print(first)
        if rest:
            after = Text(_shown(text)[len(first.plain) :].lstrip())
            self._console.print(Padding(after, (0, 0, 0, left)))

    def _indented(self, text: str, left: int, style: str = "") -> None:
        self._console.print(Padding(Text(_shown(text), style=style if self._colour else ""), (0, 0, 0, left)))
