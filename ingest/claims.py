"""From findings to the claims of a record: results before conclusions, one claim for one finding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ingest.arms import ArmTable
from ingest.findings import read_sentence
from ingest.followup import read_schedule
from ingest.grounding import Mention
from ingest.outcome_kinds import outcome_kinds
from ingest.outcomes import inventory, outcome_hits
from ingest.scene import Carry, Finding, Paper
from kg.model import Claim, Sentence
from kg.vocabulary import load_vocabulary

__all__ = ["read_claims"]

_PLANNED = re.compile(
    r"\b(?:will (?:be|provide|allow|help|include|discuss|need|require)|missing data|imputation|imputed|robust|should be (?:performed|conducted)|we (?:aim|plan|hypothesi[sz]e)|further (?:studies|research|trials)|previous(?:ly)? (?:studies|reports|trials|reported|published)|it is (?:well )?known|has been (?:shown|reported|found)|have been (?:shown|reported)|remains? (?:unclear|controversial|to be)|sample size|power (?:analysis|calculation)|(?:was|were|is|are) defined (?:as|by|with)|composite (?:end ?point|outcome) (?:includ|consist|of)|outcome measures? (?:for|of|in) th\w+ (?:trial|study) w|(?:was|were) allowed)\b",
    re.I,
)
_NUMBERS = re.compile(r"\(?[-+<>=≤≥~]?\s?\d[^;]{0,80}?\d?(?:\.\d+)?\s?%?\)?")
_EFFECT_WORDS = re.compile(r"\b(?:pain|relief|function|disability|improvement)\b", re.I)


def _effect(finding: Finding, text: str) -> str | None:
    """Return the numbers of a finding as written: a pair, a change, an interval, else the first number of its clause."""
    clause = finding.clause
    for found in (clause.pairs, clause.changes, clause.intervals):
        inside = [x for x in found if x.start >= finding.outcome.start - 80]
        if inside:
            first = inside[0]
            return text[first.start : first.end].strip()
    m = re.compile(r"[-+]?\d[\d.,]*\s?(?:%|points?|mm|cm|ml|mL|min|patients|of \d+(?: patients)?)?").search(text, min(finding.outcome.end, clause.end), clause.end)
    if m and not any(p.start <= m.start() < p.end for p in clause.p) and not any(t.start <= m.start() < t.end for t in clause.times):
        return m.group().strip(" ,.")
    return None


def _measure(finding: Finding, text: str) -> str:
    return text[finding.outcome.start : finding.outcome.end]


def _claim(finding: Finding, pmid: str, record_text: str, table: ArmTable, indications: tuple[str, ...]) -> Claim:
    arms, sentence = table.arms, finding.sentence
    return Claim(
        pmid=pmid,
        procedure=arms[finding.arm].procedure,
        comparator=None if finding.other is None else arms[finding.other].procedure,
        outcome=finding.outcome.id,
        basis=finding.basis,
        direction=finding.direction,
        quote=record_text[sentence.start : sentence.end],
        start=sentence.start,
        end=sentence.end,
        indications=indications,
        measure=_measure(finding, record_text),
        noninferiority=finding.noninferiority,
        hedged=finding.hedged,
        followup_days=tuple(sorted(set(finding.times))),
        effect=_effect(finding, record_text),
        p=finding.p,
        significant=finding.significant,
        rule=finding.rule,
        confidence=finding.confidence,
    )


def _related(kind: str, a: str, b: str) -> bool:
    vocabulary = load_vocabulary()
    return a == b or vocabulary.is_a(kind, a, b) or vocabulary.is_a(kind, b, a)


def _same_topic(a: Claim, b: Claim) -> bool:
    return a.basis == b.basis and a.procedure == b.procedure and a.comparator == b.comparator and _related("outcome", a.outcome, b.outcome)


def _merge(claims: Iterable[Claim]) -> list[Claim]:
    """Keep one claim per procedure, comparator, outcome, basis, direction and set of follow-ups; the first stands."""
    kept: dict[tuple[object, ...], Claim] = {}
    for c in claims:
        key = (c.procedure, c.comparator, c.outcome, c.basis, c.direction, c.followup_days)
        kept.setdefault(key, c)
    return list(kept.values())


def read_claims(record_text: str, text: str, sentences: Sequence[Sentence], outcomes: tuple[Mention, ...], table: ArmTable, indications: tuple[str, ...], pmid: str) -> tuple[Claim, ...]:  # fmt: skip
    """Return the claims of one record in the order of their sentences.

    ``text`` is ``record_text`` folded. Conclusions and title give a claim only where the results gave none on
    the same procedure, comparator, outcome and basis.
    """
    if not table.arms:
        return ()
    plan = [h for s in sentences if s.role in ("methods", "objective") for h in outcome_hits(outcomes, text, s.start, s.end)]
    paper = Paper(text=text, table=table, outcomes=outcomes, inventory=inventory([h for h in plan if h.id not in outcome_kinds().process])[:6], schedule=read_schedule(text, sentences))
    results: list[Claim] = []
    late: list[Claim] = []
    carry = Carry()
    for sentence in sentences:
        if sentence.role not in ("results", "conclusions", "unknown") or _PLANNED.search(sentence.text):
            continue
        found = read_sentence(paper, sentence, carry)
        target = late if sentence.role == "conclusions" else results
        target.extend(_claim(f, pmid, record_text, table, indications) for f in found)
    results = _merge(results)
    extra = [c for c in _merge(late) if not any(_same_topic(c, r) for r in results)]
    return tuple(results + extra)
