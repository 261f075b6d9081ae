"""From a summary to its words, once for every format that people read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from kg.identity import local_id
from kg.report.accuracy import accuracy_lines
from kg.report.headline import headline
from kg.report.nouns import Group, RateRow, Row, Setting, View
from kg.report.sentences import blocks, study_line
from kg.report.wording import Names, lower, plural, wording
from kg.synthesis import DIRECTIONS, FEWEST, Cell, Rate, StudyResult, Summary
from kg.vocabulary import Vocabulary, normalise

__all__ = ["band_label", "view_of"]


def view_of(summary: Summary, setting: Setting, vocabulary: Vocabulary) -> View:
    """Return a summary in words."""
    names = Names(vocabulary)
    between = _groups(summary.between, "B", names, vocabulary)
    within = _groups(summary.within, "W", names, vocabulary)
    rates = _rates(summary, names, vocabulary)
    words = wording()
    return View(
        summary=summary,
        setting=setting,
        title=f"{names.label('procedure', summary.pico.technique)}: what abstracts report",
        question=_question(summary, setting, names),
        headline=headline(summary, setting, names, between, within, rates),
        banner=(words["banner"]["title"], words["banner"]["text"]) if summary.illustrative else None,
        between=between,
        within=within,
        rates=rates,
        signs=_signs(between) if between else (),
        notes=tuple((name, text) for name, text in words["notes"].items()),
        blocks=blocks(summary, [row for group in (*between, *within) for row in group.rows], names),
        limits=(*_limits(setting), *accuracy_lines(setting.accuracy, summary.pico.technique, vocabulary)),
    )


def _question(summary: Summary, setting: Setting, names: Names) -> tuple[tuple[str, str], ...]:
    pico = summary.pico
    comparator = (
        names.label("procedure", pico.comparator)
        if pico.comparator
        else names.label("comparator-class", pico.comparator_class)
    )
    found = (
        f"{plural(len(summary.evidence), 'claim')} in {plural(len(summary.publications), 'publication')}"
        f" from {plural(len(summary.studies), 'study')}; searched {plural(setting.searched, 'publication')},"
        f" {setting.on_topic:,} in scope" + (f", {setting.unread:,} NOT READ" if setting.unread else "")
    )
    lines = (
        ("Technique", _technique(pico.technique, setting.asked, names)),
        ("Patients", names.label("indication", pico.indication) or "all conditions"),
        ("Compared with", comparator or "anything"),
        ("Outcome", names.label("outcome", pico.outcome) or "all outcomes"),
        ("Follow-up", f"{summary.scheme.label} [{summary.scheme.id}]"),
        ("Retracted", "included in the counts" if summary.include_retracted else "listed, not counted"),
        ("Found", found),
        ("Participants", _all_participants(summary)),
    )
    return lines if summary.evidence else lines[:-1]


def _technique(id: str, asked: str, names: Names) -> str:
    """Return the technique with the name it was asked for by, where that is another: it may be narrower."""
    label = names.label("procedure", id)
    other = normalise(asked) not in ("", normalise(label), normalise(id))
    return f"{label} [{id}], with narrower techniques" + (f'; asked for as "{asked}"' if other else "")


def _all_participants(summary: Summary) -> str:
    """Return the participants of the studies that some tally counts, each study once."""
    sizes = {result.study: result.participants for cell in summary.cells for result in cell.counted}
    if not sizes:
        return "none: no table counts a study"
    known, unknown = sum(size or 0 for size in sizes.values()), sum(size is None for size in sizes.values())
    missing = f", not stated in {unknown}" if unknown else ""
    return f"{known:,} in the {plural(len(sizes), 'study')} that the tables count{missing}"


def _groups(cells: Iterable[Cell], letter: str, names: Names, vocabulary: Vocabulary) -> tuple[Group, ...]:
    """Sort cells into the groups of outcomes and number them."""
    order = _OutcomeOrder(vocabulary)
    placed = sorted(cells, key=lambda cell: order(cell.outcome))
    rows = [
        (order(cell.outcome)[0], _row(f"{letter}{number}", cell, names)) for number, cell in enumerate(placed, start=1)
    ]
    return tuple(
        Group(title=group["title"], rows=tuple(row for place, row in rows if place == number))
        for number, group in enumerate(wording()["groups"])
        if any(place == number for place, _ in rows)
    )


class _OutcomeOrder:
    """Return the place of an outcome: its group, then its place in the group or that of the one above it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._places = {
            outcome: (number, place)
            for number, group in enumerate(wording()["groups"])
            for place, outcome in enumerate(group["outcomes"])
        }

    def __call__(self, outcome: str) -> tuple[int, int, str]:
        known = outcome in self._vocabulary.by_kind["outcome"]
        chain = self._vocabulary.ancestors("outcome", outcome) if known else (outcome,)
        found = next((self._places[id] for id in chain if id in self._places), None)
        return (*(found or (len(wording()["groups"]) - 1, len(self._places))), outcome)


def _row(ref: str, cell: Cell, names: Names) -> Row:
    return Row(
        ref=ref,
        cell=cell,
        outcome=names.label("outcome", cell.outcome),
        comparator_class="" if cell.basis == "within" else names.class_of(cell.comparator_class),
        comparators=_comparators(cell, names),
        contrast=_contrast(cell, names),
        follow_up=band_label(cell.band.label),
        counts=tuple((direction, len(cell.of(direction))) for direction in DIRECTIONS),
        participants=_participants(cell),
        designs=_designs(cell.counted, names),
        listed=_listed(cell),
        parts=_parts(cell, names),
    )


def _comparators(cell: Cell, names: Names) -> tuple[str, ...]:
    """Return the names of the comparators, or none where the name of their class says it all."""
    found = sorted({comparator for result in cell.results for comparator in result.comparators})
    covered = [local_id(iri) for iri in names.covered_by(cell.comparator_class or "")]
    if cell.basis == "within" or cell.pair or found == covered:
        return ()
    return tuple(names.inside("procedure", comparator) for comparator in found)


def _contrast(cell: Cell, names: Names) -> str:
    """Return both sides of a comparison within the technique that is asked about."""
    if not cell.pair:
        return ""
    first, second = cell.pair
    label = names.label("procedure", first)
    return f"{label} against {names.inside('procedure', second)}" if first != second else f"Two forms of {lower(label)}"


def band_label(label: str) -> str:
    """Return the times of a band where its label gives them in brackets.

    >>> band_label("Short term (up to 6 months)"), band_label("Follow-up not stated")
    ('up to 6 months', 'not stated')
    """
    if label.endswith(")") and "(" in label:
        return label[label.index("(") + 1 : -1]
    return label.removeprefix("Follow-up ")


def _participants(cell: Cell) -> str:
    if not cell.counted:
        return "-"
    known, unknown = f"{cell.participants:,}", cell.without_participants
    if unknown == len(cell.counted):
        return "not stated"
    return f"{known} ({unknown} unknown)" if unknown else known


def _designs(results: Sequence[StudyResult], names: Names) -> str:
    counts = Counter(result.design for result in results)
    return ", ".join(f"{count} {names.design(design)}" for design, count in counts.items())


def _listed(cell: Cell) -> str:
    """Return what stands beside the tally, in short."""
    counts = Counter(result.standing for result in cell.listed)
    words = wording()["listed"]
    return ", ".join(f"{count} {words[standing][count > 1]}" for standing, count in counts.items())


def _parts(cell: Cell, names: Names) -> tuple[str, ...]:
    """Return a line per condition where there is more than one."""
    if len(cell.parts) < 2:
        return ()
    lines = []
    for part in cell.parts:
        counts = Counter(result.direction for result in part.results if result.standing == "counted")
        words = [
            f"{counts[direction]} {wording()['directions'][direction]['word']}"
            for direction in DIRECTIONS
            if counts[direction]
        ]
        if words:
            lines.append(f"{names.label('indication', part.indication)}: {', '.join(words)}")
    return tuple(lines) if len(lines) > 1 else ()


def _rates(summary: Summary, names: Names, vocabulary: Vocabulary) -> tuple[tuple[str, tuple[RateRow, ...]], ...]:
    """Sort rates into the groups of outcomes, harms first: they are why rates are looked at."""
    order = _OutcomeOrder(vocabulary)
    groups = wording()["groups"]
    first = [number for number, group in enumerate(groups) if group["id"] == "harms"]
    sequence = first + [number for number in range(len(groups)) if number not in first]
    placed = sorted(summary.rates, key=lambda rate: (sequence.index(order(rate.outcome)[0]), order(rate.outcome)))
    rows = [
        (order(rate.outcome)[0], _rate(f"R{number}", rate, summary, names))
        for number, rate in enumerate(placed, start=1)
    ]
    return tuple(
        (groups[number]["title"], tuple(row for place, row in rows if place == number))
        for number in sequence
        if any(place == number for place, _ in rows)
    )


def _rate(ref: str, rate: Rate, summary: Summary, names: Names) -> RateRow:
    observed = "none observed" if rate.seen.direction == "none-observed" else "reported, see the sentence"
    if rate.events is not None and rate.total is not None:
        counted_in = f"{rate.events:,} of {rate.total:,}"
    else:
        counted_in = f"{rate.participants:,} participants" if rate.participants is not None else "not stated"
    return RateRow(
        ref=ref,
        rate=rate,
        outcome=names.label("outcome", rate.outcome),
        follow_up=", ".join(band_label(band.label) for band in rate.bands),
        as_written=rate.seen.claim.effect or observed,
        counted_in=counted_in,
        study=study_line(rate, summary, names),
    )


def _signs(groups: Sequence[Group]) -> tuple[str, ...]:
    """Return the sign tests that can be done, and that the others cannot."""
    notes = wording()["notes"]
    rows = [row for group in groups for row in group.rows]
    tested = [row for row in rows if row.cell.sign_test.p is not None]
    if not tested:
        return (notes["sign_none"].format(too_few=notes["too_few"], fewest=FEWEST),)
    lines = [
        notes["sign"].format(
            row=row.ref,
            p=f"{row.cell.sign_test.p:.4f}",
            better=row.cell.sign_test.better,
            worse=row.cell.sign_test.worse,
        )
        for row in tested
    ]
    return (*lines, notes["sign_rest"].format(too_few=notes["too_few"])) if len(tested) < len(rows) else tuple(lines)


def _limits(setting: Setting) -> tuple[str, ...]:
    words = wording()["limits"]
    unread = (words["unread"].format(unread=plural(setting.unread, "publication")),) if setting.unread else ()
    return (*unread, *words["lines"])
