"""How well the finding grammar reads the direction of results from other fields of medicine.

    python benchmarks/evidence_inference.py [--shared FOLDER] [--half learn|report] [--errors N]

Evidence Inference 2.0 (DeYoung 2020, arXiv 2005.04177) asks of a sentence of a trial whether an intervention, against a
comparator, significantly increased, decreased or did not change an outcome. Cues, clauses, binding and comparisons read
the sentence with a two-armed table made of the names the question gives, and an outcome of which more is better. A
change of the intervention alone counts when the sentence compares nothing; silence counts as no difference.

The articles are split by their number: errors are looked at in the half ``learn`` only, the other half is the figure to
report. Majority class and the published macro-F1 stand beside it. Without the folder: exit code 0, or 1 when CI is set.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.announced import Announced
from ingest.arm_names import Names
from ingest.arms import ArmTable
from ingest.cues import find_cues
from ingest.findings import read_sentence
from ingest.grounding import Mention
from ingest.outcomes import outcome_hits
from ingest.scene import Carry, Finding, Paper
from ingest.text import fold
from kg.accuracy import Outside
from kg.model import Arm, Sentence

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED = 0.780
LABELS = {
    "significantly increased": 1,
    "significantly increase": 1,
    "significantly decreased": -1,
    "no significant difference": 0,
}
DIRECTIONS = {"better": 1, "worse": -1, "no-difference": 0}
VERDICTS = frozenset({"good", "bad", "improve", "worsen"})
LOWER = re.compile(
    r"pain|symptom|complicat|adverse|mortality|death|infection|failure|relapse|recurren|\btime\b|duration|days|length|stay|fatigue|depress|anxiety|"
    r"sever|risk|disab|discomfort|anger|confusion|tension|stress|blood loss|bleeding|cost|errors?\b|itch|prurit|nausea|vomit|weight|BMI|cholesterol|"
    r"triglycer|glucose|HbA1c|pressure|inflammat|CRP|headache|ulcer|wound|swelling|edema|oedema|cancer|tumou?r|emotion|dysfunction|impair|VAS",
    re.I,
)
# Two outcomes of which more is better: one without rules of its own, one whose values are times.
OUTCOME, TIMED_OUTCOME = "quality-of-life", "duration-of-relief"
TIMED = re.compile(r"\b(?:time|times|duration|length of|days|stay|hours|period|interval|latency)\b", re.I)
STOP = frozenset(
    "a an the of in on and or with without for to by at from per mg ml kg dose group groups patients treatment therapy plus day days week weeks daily "
    "using versus vs than as were was is are not no only alone who received receiving use versus after before during".split()
)
SENTENCE = re.compile(r"(?<=[a-z0-9)\]%])\.\s+(?=[A-Z(])|\n+")
TAILS = (
    " group",
    "-group",
    " arm",
    " patients",
    " subjects",
    " participants",
    " users",
    " recipients",
    " treatment",
    " therapy",
)
INDEX_NAMES = ("intervention", "treatment", "experimental", "study", "active", "treated", "test")
CONTROL_NAMES = ("control", "controls", "comparison", "comparator")
PASSIVE = re.compile(r"placebo|sham|control|usual|standard|no |without|saline|conventional|routine|wait", re.I)


@dataclass(frozen=True, slots=True)
class Row:
    """One question and the sentence that answers it; ``label`` is +1 increased, -1 decreased, 0 no difference."""

    article: int
    intervention: str
    comparator: str
    outcome: str
    evidence: str
    label: int


def rows(folder: Path) -> Iterator[Row]:
    """Yield the valid questions whose evidence is running text, each once."""
    with (folder / "prompts_merged.csv").open(encoding="utf-8", newline="") as file:
        prompts = {row["PromptID"]: row for row in csv.DictReader(file)}
    seen = set()
    with (folder / "v2_dev.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            evidence, prompt = row["Annotations"].strip(), prompts.get(row["PromptID"])
            key = (row["PromptID"], evidence)
            if (
                prompt is None
                or key in seen
                or "False" in (row["Valid Label"], row["Valid Reasoning"])
                or not prose(evidence)
            ):
                continue
            seen.add(key)
            arms = prompt["Intervention"].strip(), prompt["Comparator"].strip()
            yield Row(int(row["PMCID"]), *arms, prompt["Outcome"].strip(), evidence, LABELS[row["Label"]])


def prose(text: str) -> bool:
    """Return whether a piece of evidence is text, not the cells of a table."""
    lines = [line for line in text.splitlines() if line.strip()]
    return bool(lines) and len(lines) <= 4 and max(map(len, lines)) >= 40


def words(name: str) -> list[str]:
    """Return the telling words of a name."""
    return [w for w in re.findall(r"[a-z][a-z0-9-]+", name.lower()) if w not in STOP]


def aliases(name: str, other: str) -> Iterator[tuple[str, bool]]:
    """Yield the ways a text may call an arm, and whether the name stands without "group" after it."""
    plain = re.sub(r"\s*\([^)]*\)", "", name).strip(" .,")
    yield from ((plain, True), (name, True))
    for inner in re.findall(r"[(\[]([^)\]]{2,30})[)\]]", name):
        yield inner, True
    for capital in re.findall(r"\b[A-Z][A-Za-z0-9+-]*[A-Z0-9][A-Za-z0-9+-]*\b", name):
        if capital not in other:
            yield capital, True
    mine, theirs = words(plain), set(words(other))
    if len(mine) > 1:
        yield "".join(w[0] for w in mine), False
    for designator in re.findall(r"\b[Gg]roup (?:[0-9]|[A-Z]{1,3})\b|\b[A-Z]+[0-9]*(?= ?[-=(])", name):
        yield designator, designator.lower().startswith("group")
    if mine and (not theirs or mine[0][0] not in {w[0] for w in theirs}):
        yield f"group {mine[0][0]}", True
        yield f"{mine[0][0]} group", True
    for letter in re.findall(r"\b[Gg]roup ([0-9A-Z])\b", name):
        yield f"{letter} group", True
    for piece in re.split(r",|\+| plus | and | with ", plain):
        if len(words(piece)) and not set(words(piece)) & theirs:
            yield piece.strip(), True
    yield from ((w, len(w) > 3) for w in mine if w not in theirs and w not in (*INDEX_NAMES, *CONTROL_NAMES))


def table(row: Row) -> ArmTable:
    """Return the two arms of a question under every name they may have."""
    names = Names()
    arms = (row.intervention, row.comparator)
    for arm, (name, other) in enumerate((arms, arms[::-1])):
        for alias, alone in aliases(name, other):
            if alias:
                names.add(alias, arm, TAILS, alone=alone)
    swapped = bool(PASSIVE.search(row.intervention)) and not PASSIVE.search(row.comparator)
    for arm, generic in ((int(swapped), INDEX_NAMES), (int(not swapped), CONTROL_NAMES)):
        for word in generic:
            names.add(word, arm, TAILS, alone=word in ("controls", "control"))
            names.add(f"the {word}", arm, TAILS)
    made = tuple(Arm(procedure=f"arm-{i}", names=(name,), index=i == 0) for i, name in enumerate(arms))
    return ArmTable(
        arms=made, procedures=("arm-0",), comparators=("arm-1",), names=names, mentions=(), by_id={}, groups=len(arms)
    )


def outcome_mentions(row: Row, text: str) -> list[Mention]:
    """Return where the outcome stands in the text: in full, by its short form, by its words, else wherever a cue does."""
    concept = TIMED_OUTCOME if TIMED.search(row.outcome) else OUTCOME
    low, plain = text.lower(), re.sub(r"\s*\([^)]*\)", "", row.outcome).strip().lower()
    short = [s.lower() for s in re.findall(r"\(([A-Za-z0-9-]{2,12})\)", row.outcome)]
    head = words(plain)
    tries = [plain, row.outcome.lower(), *short, " ".join(head[-2:]), " ".join(head[:2]), *reversed(head)]
    for phrase in tries:
        found = [m.span() for m in re.finditer(rf"\b{re.escape(phrase)}\w?\b", low)] if len(phrase) > 2 else []
        found = found or [m.span() for m in re.finditer(rf"\b{re.escape(phrase.upper())}\b", text) if phrase in short]
        if found:
            return [Mention(kind="outcome", id=concept, start=s, end=e, text=text[s:e]) for s, e in found]
    starts = [c.start for c in find_cues(text, 0, len(text))] or [0]
    return [Mention(kind="outcome", id=concept, start=start, end=start, text="outcome") for start in starts]


def sentences(text: str) -> Iterator[Sentence]:
    """Cut the evidence into sentences."""
    start = 0
    for cut in [*(m.end() for m in SENTENCE.finditer(text)), len(text)]:
        if text[start:cut].strip():
            yield Sentence(text=text[start:cut], start=start, end=cut, role="results")
        start = cut


def findings(row: Row) -> list[Finding]:
    """Return what the grammar reads in the evidence of a question."""
    text = fold(row.evidence)
    mentions = outcome_mentions(row, text)
    hits = outcome_hits(mentions, text, 0, len(text))
    paper = Paper(text=text, table=table(row), outcomes=tuple(mentions), announced=Announced(every=tuple(hits[:1])))
    carry = Carry()
    return [f for sentence in sentences(text) for f in read_sentence(paper, sentence, carry)]


def answer(found: Sequence[Finding], lower_is_better: bool) -> int | None:
    """Return the label the findings amount to; None when they say nothing.

    A change that both arms share, or that is called not significant, is no difference. A verdict ("better",
    "improved") is turned into more or less by what is good in the outcome asked for.
    """
    between = [f for f in found if f.basis == "between" and f.direction in DIRECTIONS]
    if between:
        significant = [f for f in between if f.significant is not False or f.direction == "no-difference"]
        votes = Counter(label(f, lower_is_better) for f in significant)
        return votes.most_common(1)[0][0] if votes else 0
    within = {
        f.arm: label(f, lower_is_better) * (f.significant is not False)
        for f in reversed(found)
        if f.basis == "within" and f.direction in DIRECTIONS
    }
    if not within:
        return None
    if len(within) > 1 and within[0] == within[1]:
        return 0
    return within.get(0, None if 1 not in within else -within[1])


def label(finding: Finding, lower_is_better: bool) -> int:
    """Return +1 for more, -1 for less, 0 for no difference."""
    turned = lower_is_better and finding.cue is not None and finding.cue.kind in VERDICTS
    return DIRECTIONS[finding.direction] * (-1 if turned else 1)


def macro_f1(pairs: Iterable[tuple[int, int]]) -> float:
    """Return the mean F1 of the three labels over (gold, answer)."""
    listed = list(pairs)
    total = 0.0
    for label in (-1, 0, 1):
        right = sum(g == a == label for g, a in listed)
        named = sum(g == label for g, _ in listed) + sum(a == label for _, a in listed)
        total += 2 * right / named if named else 0.0
    return total / 3


def outside(shared: Path) -> tuple[Outside, ...]:
    """Return what ``ontology/accuracy.json`` ships: the figures of the half of the articles that is not looked at."""
    asked = [row for row in rows(shared / "benchmarks" / "evidence-inference") if not row.article % 2]
    pairs = [(row.label, answer(findings(row), bool(LOWER.search(row.outcome))) or 0) for row in asked]
    majority = Counter(row.label for row in asked).most_common(1)[0]
    name = f"Evidence Inference 2.0, half of the development set ({len(asked)} questions with given arms)"
    right = sum(g == a for g, a in pairs) / len(pairs)
    always = f"{majority[1] / len(asked):.2f}, always the commonest"
    return (
        Outside(
            data=name,
            figure="macro-F1 of the direction",
            value=f"{macro_f1(pairs):.3f}",
            trivial=f"{macro_f1((g, majority[0]) for g, _ in pairs):.2f}, always the commonest",
            published=f"{PUBLISHED:.3f}",
        ),
        Outside(data=name, figure="direction right", value=f"{right:.3f}", trivial=always),
    )


def report(name: str, asked: Sequence[Row]) -> None:
    """Print the figures of some questions."""
    answers = [answer(findings(row), bool(LOWER.search(row.outcome))) for row in asked]
    pairs = [(row.label, a or 0) for row, a in zip(asked, answers, strict=True)]
    majority = Counter(row.label for row in asked).most_common(1)[0]
    seen = [(g, a) for (g, a), given in zip(pairs, answers, strict=True) if given is not None]
    print(f"{name}: {len(asked)} questions of {len({row.article for row in asked})} articles; answered {len(seen)}")
    print(
        f"  accuracy           {sum(g == a for g, a in pairs) / len(pairs):.3f}   majority class {majority[1] / len(pairs):.3f}"
    )
    print(
        f"  macro-F1           {macro_f1(pairs):.3f}   majority class {macro_f1((g, majority[0]) for g, _ in pairs):.3f}, published {PUBLISHED:.3f}"
    )
    print(f"  difference or none {sum((g != 0) == (a != 0) for g, a in pairs) / len(pairs):.3f}")
    both = [(g, a) for g, a in pairs if g and a]
    print(
        f"  who is higher      {sum(g == a for g, a in both) / max(1, len(both)):.3f} of {len(both)} differences seen as such"
    )
    print(f"  when answered      {sum(g == a for g, a in seen) / max(1, len(seen)):.3f}")


def show(asked: Sequence[Row], count: int) -> None:
    """Print questions that are answered wrongly."""
    for row in asked:
        found = findings(row)
        given = answer(found, bool(LOWER.search(row.outcome)))
        if (given or 0) != row.label and count > 0:
            count -= 1
            print(
                f"\n{row.label:+d} read as {given}: {row.intervention} | {row.comparator} | {row.outcome}\n  {row.evidence}"
            )
            print("  ", [(f.basis, f.direction, f.rule, f.how, f.significant) for f in found])


def main() -> int:
    """Print the figures of one half of the articles, or of both."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="where the questions are")
    options.add_argument("--half", choices=("learn", "report"), help="one half of the articles only")
    options.add_argument("--errors", type=int, default=0, help="print so many errors of the half to learn from")
    chosen = options.parse_args()
    folder = chosen.shared / "benchmarks" / "evidence-inference"
    if not folder.is_dir():
        print(f"nothing was measured: there is no {folder}")
        return 1 if os.environ.get("CI") else 0
    asked = list(rows(folder))
    halves = {"learn": [r for r in asked if r.article % 2], "report": [r for r in asked if not r.article % 2]}
    for name in (chosen.half,) if chosen.half else halves:
        report(name, halves[name])
    show(halves["learn"], chosen.errors)
    return 0


if __name__ == "__main__":
    sys.exit(main())
