"""From findings to the claims of a record: results before conclusions, one claim for one finding."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.afterthoughts import join_groups, test_numbers
from ingest.announced import announced
from ingest.arms import ArmTable
from ingest.backing import backing
from ingest.confidence import agreements, confidence, features, leanings, trusted
from ingest.effects import effect_of
from ingest.findings import read_sentence
from ingest.followup import read_schedule
from ingest.grounding import Mention
from ingest.numbers import PValue, p_values
from ingest.outcomes import outcome_hits
from ingest.resumed import resumed
from ingest.scene import Carry, Finding, Paper
from ingest.screened import screened
from ingest.text import fold
from ingest.traps import EVIDENCE, PLANNED
from ingest.verdicts import bare_verdicts
from kg.comparators import comparator_class
from kg.model import Claim, Design, Record, Sentence
from kg.vocabulary import load_vocabulary

__all__ = ["Draft", "read_claims", "read_drafts"]

_SHOWN = screened(
    r"\b(?:show(?:ed|ing|n)|demonstrat(?:ed|ing)|reveal(?:ed|ing)|found)\b[^.;]{0,60}\b(?:no (?:[\w-]+ ){0,4}?differences?|non-?inferior\w*|superior\w*|"
    r"(?:significant|greater|better|more|less|higher|lower) (?:\w+ )?(?:improvement|reduction|decrease|relief))",
    re.I,
)
_PICTURES = re.compile(r"(?:radiolog\w+|radiograph\w+|imaging) (?:outcomes?|results?|findings|parameters)?$", re.I)
# Titles are read where nothing else tells: too seldom in the annotated records to measure how often they are right.
_TITLE_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim with the features its confidence comes from."""

    claim: Claim
    features: dict[str, float]


def _reasons(finding: Finding, text: str, table: ArmTable) -> tuple[str, ...]:
    """Return the chain arms → cue → outcome → direction in words a reader can check."""
    clause, arm = finding.clause, table.arms[finding.arm]
    refs = [text[r.start : r.end] for r in clause.refs]
    against = "" if finding.other is None else f" against {table.arms[finding.other].procedure}"
    better = {1: "more is better", -1: "less is better", 0: "neither way is better"}[finding.outcome.sign]
    return (
        f"arms: {arm.procedure}{against}"
        + (f", named here as {', '.join(dict.fromkeys(refs))}" if refs else ", not named in this clause"),
        f"cue: {text[finding.cue.start : finding.cue.end]} ({finding.cue.kind})"
        if finding.cue
        else f"cue: none, by {finding.rule}",
        f"outcome: {finding.outcome.text or finding.outcome.id} ({better})",
        f"direction: {finding.direction} ({finding.basis})",
    )


def _as_written(p: str | None, finding: Finding, record: Record) -> str | None:
    """Return a p value with the characters of its sentence, else of the record ("p<0\u00b7001"); "&lt;" is read as "<"."""
    if p is None:
        return None
    for place in (record.text[finding.sentence.start : finding.sentence.end], record.text):
        if (at := fold(place).find(p)) >= 0:
            return place[at : at + len(p)]
    return p


def _claim(finding: Finding, record: Record, table: ArmTable, indications: tuple[str, ...], sure: float) -> Claim:
    sentence, index = finding.sentence, table.arms[finding.arm].procedure
    comparator = None if finding.other is None else table.arms[finding.other].procedure
    return Claim(
        pmid=record.pmid,
        procedure=index,
        comparator=comparator,
        comparator_class=comparator_class(load_vocabulary(), index, comparator),
        outcome=finding.outcome.id,
        basis=finding.basis,
        direction=finding.direction,
        quote=record.text[sentence.start : sentence.end],
        start=sentence.start,
        end=sentence.end,
        indications=indications,
        measure=finding.outcome.text or None,
        noninferiority=finding.noninferiority,
        hedged=finding.hedged,
        followup_days=tuple(sorted(set(finding.times))),
        effect=effect_of(finding, record.text),
        p=_as_written(finding.p, finding, record),
        significant=finding.significant,
        rule=finding.rule,
        reasons=_reasons(finding, record.text, table),
        confidence=sure,
    )


def _same_topic(a: Claim, b: Claim) -> bool:
    same = a.basis == b.basis and a.procedure == b.procedure and a.comparator == b.comparator
    return same and _related_outcomes(a, b)


def _related_outcomes(a: Claim, b: Claim) -> bool:
    vocabulary = load_vocabulary()
    return vocabulary.is_a("outcome", a.outcome, b.outcome) or vocabulary.is_a("outcome", b.outcome, a.outcome)


def _retold(late: Claim, result: Claim) -> bool:
    """Return whether a count in the conclusions is of an outcome that the results tell of, be it of another group."""
    return late.basis == "rate" and _related_outcomes(late, result)


def _settles(late: Claim, result: Claim) -> bool:
    """Return whether a conclusion gives the direction of two bare numbers of the results."""
    bare = result.basis == "between" and result.direction == "reported"
    return bare and late.direction != "reported" and _same_topic(late, result)


def _says_more(other: Claim, bare: Claim) -> bool:
    """Return whether another claim of the results gives the direction of two bare numbers at the same time."""
    same_time = other.followup_days == bare.followup_days or not (other.followup_days and bare.followup_days)
    return other.outcome == bare.outcome and same_time and _settles(other, bare)


def _merge(drafts: Iterable[Draft]) -> list[Draft]:
    """Keep one claim per procedure, comparator, outcome, basis, direction and set of follow-ups; the surest stands first."""
    kept: dict[tuple[object, ...], Draft] = {}
    for draft in drafts:
        c = draft.claim
        key = (c.procedure, c.comparator, c.outcome, c.basis, c.direction, c.followup_days)
        if key not in kept:
            kept[key] = draft
            continue
        # Of two sentences for one finding the one with its test is quoted; in one sentence the first test stands.
        first = kept[key]
        tested = bool(first.claim.p) - bool(c.p)
        better = tested < 0 or (not tested and first.claim.start != c.start and first.claim.confidence < c.confidence)
        chosen, sure = draft if better else first, max(first.claim.confidence, c.confidence)
        kept[key] = replace(chosen, claim=replace(chosen.claim, confidence=sure))
    return [d for d in kept.values() if not _restated(d, kept.values())]


def _restated(draft: Draft, drafts: Iterable[Draft]) -> bool:
    """Return whether a finding without a time or a number of its own is told with its times elsewhere."""
    c = draft.claim
    own_test = c.p is not None or c.effect is not None
    return (
        not own_test
        and "times" not in draft.features
        and any(
            "times" in d.features
            and (d.claim.procedure, d.claim.comparator, d.claim.outcome, d.claim.basis, d.claim.direction)
            == (c.procedure, c.comparator, c.outcome, c.basis, c.direction)
            for d in drafts
        )
    )


def _findings(
    text: str, sentences: Sequence[Sentence], outcomes: tuple[Mention, ...], table: ArmTable, design: Design
) -> list[Finding]:
    """Return what results and conclusions say; a general verdict of the conclusions does not repeat the results."""
    plan = announced(text, sentences, outcomes)
    paper = Paper(
        text=text, table=table, outcomes=outcomes, announced=plan, schedule=read_schedule(text, sentences),
    )  # fmt: skip
    found: list[Finding] = []
    carry, last = Carry(), list[Finding]()
    for sentence in sentences:
        told = sentence.role in ("results", "conclusions", "unknown") or _shown(sentence)
        if not told or PLANNED.search(sentence.text):
            continue
        if design == "narrative-review" and not EVIDENCE.search(sentence.text):
            continue
        new = resumed(last, sentence, paper) or read_sentence(paper, sentence, carry)
        tested = test_numbers(last, sentence, text)
        joined = [] if tested else join_groups(last, new, text)
        if tested or joined:
            found, new = found[: len(found) - len(last)], tested or joined
        last = new
        if sentence.role == "conclusions" and found:
            new = [f for f in new if not (f.outcome.general or _PICTURES.match(f.outcome.text))]
        found.extend(new)
    if design != "narrative-review":
        found.extend(bare_verdicts(paper, sentences, found))
    return found or _titled(paper, sentences)


def _shown(sentence: Sentence) -> bool:
    """Return whether a sentence taken for one of the methods tells a result: "… showing no relevant differences"."""
    return sentence.role == "methods" and _SHOWN.search(sentence.text) is not None


def _titled(paper: Paper, sentences: Sequence[Sentence]) -> list[Finding]:
    """Return what a title says where the abstract says nothing; a question says nothing."""
    found = [f for s in sentences if s.role == "title" and "?" not in s.text for f in read_sentence(paper, s, Carry())]
    return [f for f in found if f.basis == "between" and f.cue is not None]


def read_drafts(
    record: Record, text: str, sentences: Sequence[Sentence], outcomes: tuple[Mention, ...], table: ArmTable, indications: tuple[str, ...],
    design: Design, *, sure: bool = False,
) -> list[Draft]:  # fmt: skip
    """Return the claims of one record with their features; with ``sure`` those that are trusted too little are left out.

    ``text`` is the record's folded. Conclusions give a claim only where the results that are left gave none on the
    same procedure, comparator, outcome and basis.
    """
    if not table.arms:
        return []
    found = _with_tests(_findings(text, sentences, outcomes, table, design), text, sentences, outcomes)
    siblings = Counter(f.sentence.start for f in found)
    arms = backing(table, sentences)
    results: list[Draft] = []
    late: list[Draft] = []
    for finding, agreement, lean in zip(found, agreements(found), leanings(found), strict=True):
        seen = features(finding, table, design, agreement, siblings[finding.sentence.start], lean, arms)
        belief = _TITLE_CONFIDENCE if finding.sentence.role == "title" else confidence(seen)
        draft = Draft(_claim(finding, record, table, indications, belief), seen)
        if trusted(draft.claim) or not sure:
            (late if finding.sentence.role == "conclusions" else results).append(draft)
    results = _merge(results)
    results = [r for r in results if not any(_says_more(o.claim, r.claim) for o in results)]
    late = _merge(late)
    results = [r for r in results if not any(_settles(d.claim, r.claim) for d in late)]
    extra = [d for d in late if not any(_same_topic(d.claim, r.claim) or _retold(d.claim, r.claim) for r in results)]
    return sorted(results + extra, key=lambda d: d.claim.start)


def _with_tests(
    found: Sequence[Finding], text: str, sentences: Sequence[Sentence], outcomes: tuple[Mention, ...]
) -> list[Finding]:
    """Give comparisons of the conclusions the p value of results that tell nothing else about their outcome."""
    telling = {f.sentence.start for f in found}
    tests: dict[str, PValue] = {}
    for s in sentences:
        values = list(p_values(text, s.start, s.end)) if s.role == "results" and s.start not in telling else []
        if len(values) == 1:
            tests |= {hit.id: values[0] for hit in outcome_hits(outcomes, text, s.start, s.end) if hit.id not in tests}
    return [
        _tested(f, tests.get(f.outcome.id)) if f.sentence.role == "conclusions" and f.basis == "between" else f
        for f in found
    ]


def _tested(finding: Finding, test: PValue | None) -> Finding:
    """Return a finding with a p value that bears it out."""
    if test is None or finding.p or finding.direction == "reported":
        return finding
    bears_out = test.significant is (finding.direction != "no-difference")
    return replace(finding, p=test.text, significant=test.significant) if bears_out else finding


def read_claims(
    record: Record, text: str, sentences: Sequence[Sentence], outcomes: tuple[Mention, ...], table: ArmTable, indications: tuple[str, ...], design: Design
) -> tuple[Claim, ...]:  # fmt: skip
    """Return the claims of one record in the order of their sentences; what ``ingest.confidence`` trusts too little is left out."""
    drafts = read_drafts(record, text, sentences, outcomes, table, indications, design, sure=True)
    return tuple(draft.claim for draft in drafts)
