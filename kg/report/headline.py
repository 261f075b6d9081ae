"""The short paragraph at the head of a summary, built from the table of phrases alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.report.nouns import Group, RateRow, Row, Setting, against
from kg.report.wording import Names, lower, plural, wording
from kg.synthesis import Summary

__all__ = ["headline"]


def headline(
    summary: Summary,
    setting: Setting,
    names: Names,
    between: Sequence[Group],
    within: Sequence[Group],
    rates: Sequence[tuple[str, tuple[RateRow, ...]]],
) -> tuple[str, ...]:
    """Return its sentences: one per comparator on the most important outcome, then within-group change and harms."""
    if not summary.evidence:
        return tuple(_nothing(summary, setting, names))
    lines = list(_comparisons(between))
    if not lines and not (summary.pico.outcome or summary.pico.comparator or summary.pico.comparator_class):
        lines = [_phrase("none").format(technique=names.inside("procedure", summary.pico.technique))]
    lines += _within(within)
    lines += _elsewhere(summary, names)
    lines += _harms(between, rates, only_compared=bool(summary.pico.comparator or summary.pico.comparator_class))
    return tuple(lines)


def _phrase(name: str) -> str:
    return str(wording()["headline"][name])


def _comparisons(groups: Sequence[Group]) -> Iterator[str]:
    """Yield what is found against each comparator, for the first outcome that has a counted study."""
    rows = [row for group in groups for row in group.rows if row.cell.counted]
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        first.setdefault((row.cell.comparator_class, row.cell.pair), row)
    for (kind, pair), chosen in first.items():
        same = [
            row
            for row in rows
            if (row.cell.comparator_class, row.cell.pair, row.cell.outcome) == (kind, pair, chosen.cell.outcome)
        ]
        compared = chosen.contrast if pair else f"Against {lower(against(same))}"
        bands = "; ".join(_phrase("band").format(tally=tally(row), follow_up=row.follow_up) for row in same)
        yield _phrase("comparison").format(against=compared, outcome=lower(chosen.outcome), bands=bands)


def tally(row: Row) -> str:
    """Return the tally of a row in words: never "most", never "significant", always the numbers."""
    directions = wording()["directions"]
    counts = [(direction, count) for direction, count in row.counts if count]
    studies = sum(count for _, count in counts)
    if studies == 1:
        return _phrase("one").format(found=directions[counts[0][0]]["one"])
    if len(counts) == 1:
        return _phrase("both" if studies == 2 else "all").format(studies=studies, found=directions[counts[0][0]]["one"])
    words = [f"{count} {directions[direction]['one']}" for direction, count in counts]
    return _phrase("several").format(studies=studies, counts=" and ".join((", ".join(words[:-1]), words[-1])))


def _elsewhere(summary: Summary, names: Names) -> Iterator[str]:
    found = [
        f"{names.inside('comparator-class', kind)} ({plural(count, 'study')})" for kind, count in summary.elsewhere
    ]
    if found:
        yield wording()["notes"]["elsewhere"].format(list=", ".join(found))


def _within(groups: Sequence[Group]) -> Iterator[str]:
    rows = [row for group in groups for row in group.rows]
    studies = {result.study for row in rows for result in row.cell.counted}
    if studies:
        yield (
            _phrase("within")
            .format(studies=plural(len(studies), "study"), rows=_range(rows[0].ref, rows[-1].ref))
            .replace("study report ", "study reports ")
        )


def _range(first: str, last: str) -> str:
    return f"row {first}" if first == last else f"rows {first} to {last}"


def _harms(
    between: Sequence[Group], rates: Sequence[tuple[str, tuple[RateRow, ...]]], *, only_compared: bool
) -> Iterator[str]:
    title = next(group["title"] for group in wording()["groups"] if group["id"] == "harms")
    compared = {row.cell.outcome for group in between if group.title == title for row in group.rows}
    given = sum(len(rows) for name, rows in rates if name == title)
    if compared or given:
        phrase = _phrase("harms_compared" if only_compared else "harms")
        yield phrase.format(between=plural(len(compared), "outcome"), rates=plural(given, "finding"))


def _nothing(summary: Summary, setting: Setting, names: Names) -> Iterator[str]:
    """Yield that nothing was found, where it was looked for, and where there is something."""
    pico, notes = summary.pico, wording()["notes"]
    technique = names.inside("procedure", pico.technique)
    filters = [
        f" in {names.inside('indication', pico.indication)}" if pico.indication else "",
        f" on {names.inside('outcome', pico.outcome)}" if pico.outcome else "",
        f" against {names.inside('procedure', pico.comparator)}" if pico.comparator else "",
        f" against {names.inside('comparator-class', pico.comparator_class)}" if pico.comparator_class else "",
    ]
    yield notes["nothing"].format(
        searched=f"{setting.searched:,}",
        on_topic=f"{setting.on_topic:,}",
        technique=technique,
        filters="".join(filters),
    )
    if setting.available:
        yield notes["nothing_filtered"].format(claims=plural(setting.available, "claim"), technique=technique)
    yield from _elsewhere(summary, names)
    related = [
        f"{names.inside('procedure', id)} [{id}] ({plural(count, 'publication')})" for id, count in setting.related
    ]
    if related:
        yield notes["related"].format(list=", ".join(related))
