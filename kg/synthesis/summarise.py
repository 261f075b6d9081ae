"""From evidence to a summary: choose, group, count. Pure: nothing is read or written here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from kg.comparators import SAME
from kg.model import Claim
from kg.synthesis.followup import bands_of
from kg.synthesis.nouns import (
    Band,
    Cell,
    Evidence,
    IndicationPart,
    LeftOut,
    Pico,
    Publication,
    Rate,
    Scheme,
    SeenClaim,
    Standing,
    Study,
    StudyResult,
    Summary,
)
from kg.synthesis.sides import families, row_outcome, see
from kg.synthesis.studies import Times, participants, sign_test, standing, strongest, study_direction
from kg.vocabulary import Vocabulary

__all__ = ["summarise"]

_COUNT = r"(\d{1,3}(?:,\d{3})+|\d{1,6})"
_SHARE = re.compile(rf"(?<![\d.,/]){_COUNT}\s*(?:/|of|out of)\s*(?:the\s+)?{_COUNT}(?![\d.,]*\d|/)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stays the same from cell to cell; ``sizes`` are the participants of each study."""

    pico: Pico
    vocabulary: Vocabulary
    scheme: Scheme
    include_retracted: bool
    sizes: Mapping[str, int | None]

    def standing(self, seen: SeenClaim) -> Standing:
        """Return whether a claim is counted."""
        return standing(seen, include_retracted=self.include_retracted)

    def place(self, kind: str, id: str | None) -> tuple[int, str]:
        """Return the place of a concept in its file; unknown ones come last, by id."""
        known = list(self.vocabulary.by_kind[kind])
        return (known.index(id), "") if id in known else (len(known), id or "")


@dataclass(frozen=True, slots=True)
class _Key:
    """What the claims of one cell have in common."""

    basis: Literal["between", "within"]
    outcome: str
    comparator_class: str | None
    pair: tuple[str, str] | None
    band: Band


def summarise(
    evidence: Iterable[Evidence],
    pico: Pico,
    *,
    vocabulary: Vocabulary,
    scheme: Scheme,
    include_retracted: bool = False,
) -> Summary:
    """Return what some evidence says on a question.

    The order of the evidence does not matter, and a claim that comes twice counts once. Raises
    UnknownNameError when the question names a concept that does not exist.
    """
    items = _unique(evidence)
    wanted = families(pico, vocabulary)
    used: list[SeenClaim] = []
    left_out: list[LeftOut] = []
    for item in items:
        seen = see(item, wanted, vocabulary)
        if isinstance(seen, SeenClaim):
            used.append(seen)
        else:
            left_out.append(LeftOut(claim_id=item.claim_id, pmid=item.publication.pmid, reason=seen))
    frame = _Frame(pico, vocabulary, scheme, include_retracted, _sizes(used))
    return Summary(
        pico=pico,
        scheme=scheme,
        include_retracted=include_retracted,
        cells=_cells([seen for seen in used if seen.claim.basis != "rate"], frame),
        rates=_rates([seen for seen in used if seen.claim.basis == "rate"], frame),
        studies=_studies(used, vocabulary),
        evidence=tuple(seen.evidence for seen in used),
        left_out=tuple(left_out),
        elsewhere=_elsewhere(items, {left.claim_id for left in left_out if left.reason == "comparator"}, frame),
    )


def _elsewhere(items: Iterable[Evidence], left_out: set[str], frame: _Frame) -> tuple[tuple[str, int], ...]:
    """Return the comparator classes of the claims that the asked comparator leaves out, with studies, most first."""
    wanted = families(replace(frame.pico, comparator=None, comparator_class=None), frame.vocabulary)
    studies: dict[str, set[str]] = defaultdict(set)
    for item in items:
        seen = see(item, wanted, frame.vocabulary) if item.claim_id in left_out else None
        if isinstance(seen, SeenClaim) and seen.comparator_class and frame.standing(seen) == "counted":
            studies[seen.comparator_class].add(item.publication.study)
    return tuple(sorted(((kind, len(found)) for kind, found in studies.items()), key=lambda each: (-each[1], each[0])))


def _unique(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return each claim once, sorted by PMID, place and id."""
    found = {item.claim_id: item for item in evidence}
    return tuple(
        sorted(
            found.values(),
            key=lambda item: (len(item.claim.pmid), item.claim.pmid, item.claim.start, item.claim.end, item.claim_id),
        )
    )


def _sizes(used: Iterable[SeenClaim]) -> dict[str, int | None]:
    """Return the participants of each study over all its reports, whichever of them a cell rests on."""
    reports: dict[str, list[Publication]] = defaultdict(list)
    for seen in used:
        reports[seen.evidence.publication.study].append(seen.evidence.publication)
    return {study: participants(publications) for study, publications in reports.items()}


def _cells(used: Sequence[SeenClaim], frame: _Frame) -> tuple[Cell, ...]:
    members: dict[_Key, list[SeenClaim]] = defaultdict(list)
    times: dict[_Key, Times] = defaultdict(dict)
    for seen in used:
        outcome = row_outcome(seen.claim.outcome, frame.pico.outcome, frame.vocabulary)
        pair = (seen.procedure, seen.comparator or "") if seen.comparator_class == SAME else None
        basis = cast(Literal["between", "within"], seen.claim.basis)
        for band, days in bands_of(seen.claim.followup_days, frame.scheme).items():
            key = _Key(basis, outcome, seen.comparator_class, pair, band)
            members[key].append(seen)
            times[key][seen.evidence.claim_id] = days
    keys = sorted(members, key=lambda key: _order(key, frame))
    return tuple(_cell(key, members[key], times[key], frame) for key in keys)


def _order(key: _Key, frame: _Frame) -> tuple[object, ...]:
    bands = [band.id for band in frame.scheme.bands]
    return (
        key.basis,
        frame.place("outcome", key.outcome),
        frame.place("comparator-class", key.comparator_class),
        key.pair or ("", ""),
        bands.index(key.band.id) if key.band.id in bands else len(bands),
    )


def _cell(key: _Key, claims: Sequence[SeenClaim], times: Times, frame: _Frame) -> Cell:
    results = _results(claims, times, frame)
    conditions = sorted(
        {indication for seen in claims for indication in seen.claim.indications},
        key=lambda condition: frame.place("indication", condition),
    )
    parts = [
        IndicationPart(
            indication=condition,
            results=_results([seen for seen in claims if condition in seen.claim.indications], times, frame),
        )
        for condition in conditions
    ]
    return Cell(
        basis=key.basis,
        outcome=key.outcome,
        comparator_class=key.comparator_class,
        pair=key.pair,
        band=key.band,
        results=results,
        parts=tuple(parts),
        sign_test=sign_test(result.direction for result in results if result.standing == "counted"),
    )


def _results(claims: Iterable[SeenClaim], times: Times, frame: _Frame) -> tuple[StudyResult, ...]:
    """Return one result per study and standing, strongest design and largest study first."""
    grouped: dict[tuple[str, Standing], list[SeenClaim]] = defaultdict(list)
    for seen in claims:
        grouped[seen.evidence.publication.study, frame.standing(seen)].append(seen)
    results = [_result(study, stands, group, times, frame) for (study, stands), group in grouped.items()]
    return tuple(
        sorted(
            results,
            key=lambda result: (
                frame.place("design", result.design),
                -(result.participants or 0),
                result.year or 0,
                result.study,
                result.standing,
            ),
        )
    )


def _result(study: str, stands: Standing, claims: Sequence[SeenClaim], times: Times, frame: _Frame) -> StudyResult:
    return StudyResult(
        study=study,
        standing=stands,
        direction=study_direction(claims, times),
        design=strongest((seen.evidence.publication.design for seen in claims), frame.vocabulary),
        participants=frame.sizes[study],
        claims=tuple(claims),
    )


def _rates(claims: Iterable[SeenClaim], frame: _Frame) -> tuple[Rate, ...]:
    rates = []
    for seen in claims:
        events, total = _share(seen.claim)
        rates.append(
            Rate(
                outcome=seen.claim.outcome,
                bands=tuple(bands_of(seen.claim.followup_days, frame.scheme)),
                standing=frame.standing(seen),
                seen=seen,
                participants=frame.sizes[seen.evidence.publication.study],
                events=events,
                total=total,
            )
        )
    return tuple(sorted(rates, key=lambda rate: frame.place("outcome", rate.outcome)))


def _share(claim: Claim) -> tuple[int | None, int | None]:
    """Return the events and the total that an effect states once ("3 of 62"), or nothing."""
    found = _SHARE.findall(claim.effect or "")
    if len(found) != 1:
        return None, None
    events, total = (int(number.replace(",", "")) for number in found[0])
    return (events, total) if 0 < total >= events else (None, None)


def _studies(used: Iterable[SeenClaim], vocabulary: Vocabulary) -> tuple[Study, ...]:
    """Return the studies of a summary, each once; one is retracted when all its reports are."""
    grouped: dict[str, dict[str, Evidence]] = defaultdict(dict)
    for seen in used:
        publication = seen.evidence.publication
        grouped[publication.study][publication.pmid] = seen.evidence
    studies = []
    for id, reports in sorted(grouped.items()):
        publications = [item.publication for item in reports.values()]
        studies.append(
            Study(
                id=id,
                design=strongest((p.design for p in publications), vocabulary),
                participants=participants(publications),
                pmids=tuple(sorted(reports, key=lambda pmid: (len(pmid), pmid))),
                retracted=all(p.retracted for p in publications),
            )
        )
    return tuple(studies)
