"""Why a claim was read: the groups, the words, the outcome and the direction, told to a reader of the abstract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.model import Arm, Claim, Reading, Record
from kg.vocabulary import load_vocabulary

__all__ = ["explain_claim", "explain_groups", "explain_spin"]

_KINDS = {
    "same": "the groups do not differ",
    "noninferior": "not inferior, by a test made for it",
    "unchanged": "nothing changed",
    "none": "nothing of the kind was seen",
    "up": "more of the outcome than in the other group",
    "down": "less of the outcome than in the other group",
    "good": "better than the other group",
    "bad": "worse than the other group",
    "rise": "more of the outcome",
    "fall": "less of the outcome",
    "improve": "a change for the better",
    "worsen": "a change for the worse",
    "differs": "the groups differ",
    "effective": "a verdict without a comparison",
}
# Rules that go by numbers or by another sentence, and not by a word that has an example in the table of cues.
_RULES = {
    "rate": "a number or share of patients, compared with nothing",
    "threshold-rate": "the share of patients above a threshold",
    "none-observed": "a harm that did not occur",
    "numbers-tested": "two values and a test that tells them apart",
    "numbers-not-significant": "two values and a test that does not tell them apart",
    "numbers-bare": "two values without a word or a test: no direction is taken from them",
    "difference-interval": "a difference with an interval that leaves out, or includes, no effect",
    "before-after": "values before and after",
    "carried-sides": "the two sides are those of the sentence before",
    "relief-obtained": "relief that was had",
}
_HENCE = {
    "better": "better for the patient",
    "worse": "worse for the patient",
    "no-difference": "no difference",
    "reported": "told without a direction",
    "none-observed": "did not occur",
}
_CUE = re.compile(r"(?P<words>.+) \((?P<kind>[\w-]+)\)")
_OUTCOME = re.compile(r"(?P<words>.+) \((?P<way>[^()]+)\)")
_WIDTH = 11


def explain_groups(arms: Sequence[Arm]) -> str:
    """Tell the groups of a study, one a line: what each received, and what the abstract calls it."""
    if not arms:
        return "Groups: none were told apart"
    lines = []
    for arm in arms:
        names = ", ".join(f'"{name}"' for name in arm.names)
        called = f"; called {names}" if names else ""
        size = f"; {arm.size:,} patients" if arm.size is not None else ""
        lines.append(f"  {_label(arm.procedure)} ({'evaluated' if arm.index else 'compared with'}){called}{size}")
    return "\n".join(["Groups", *lines])


def explain_claim(claim: Claim, arms: Sequence[Arm]) -> str:
    """Tell the chain from the groups of a study to the direction of one claim, a step a line."""
    told = dict(reason.split(": ", 1) for reason in claim.reasons if ": " in reason)
    steps = [
        ("groups", _groups(told.get("arms", ""), claim, arms)),
        ("sentence", f'"{claim.quote}"'),
        ("words", _words(told.get("cue", ""))),
        ("outcome", _outcome(told.get("outcome", ""), claim)),
        ("hence", _hence(claim, arms)),
        ("rule", "; ".join(_rules(claim.rule))),
        ("variants", ", ".join(f"{axis.replace('-', ' ')} {_value(axis, value)}" for axis, value in claim.axes)),
    ]
    return "\n".join(f"     {name:<{_WIDTH}}{text}" for name, text in steps if text)


def explain_spin(record: Record, reading: Reading) -> str:
    """Tell which words of the conclusion contradict which result; empty where nothing is flagged."""
    from ingest.spin import spin_of

    spin = spin_of(record, reading)
    if spin is None:
        return ""
    why = {
        "superior": "groups did not differ, and the conclusion sets one above the other",
        "effective": "no better than sham, placebo or nothing, and the conclusion calls the treatment effective",
    }[spin.kind]
    steps = [
        ("result", f'"{spin.result.text}"'),
        ("conclusion", f'"{spin.conclusion.text}"'),
        ("words", f'"{spin.said}"'),
    ]
    return "\n".join([f"Spin: {why}", *(f"     {name:<{_WIDTH}}{text}" for name, text in steps)])


def _sides(claim: Claim, arms: Sequence[Arm]) -> str:
    """Name the procedure and what it is compared with; two groups of one procedure by what the abstract calls them."""
    alike = [arm for arm in arms if arm.procedure == claim.procedure]
    if claim.comparator != claim.procedure or len(alike) < 2 or not (alike[0].names and alike[1].names):
        return _label(claim.procedure) + (f" against {_label(claim.comparator)}" if claim.comparator else "")
    return f'{_label(claim.procedure)}, "{alike[0].names[0]}" against "{alike[1].names[0]}"'


def _groups(told: str, claim: Claim, arms: Sequence[Arm]) -> str:
    """Name the groups, and how this sentence names them."""
    _, named, names = told.partition(", named here as ")
    if named:
        quoted = (f'"{name}"' for name in names.split(", "))
        how = f"named here as {', '.join(quoted)}"
    else:
        how = (
            "not named in this clause: the groups of the study are meant"
            if claim.comparator
            else "not named in this clause"
        )
    return f"{_sides(claim, arms)}; {how}"


def _words(told: str) -> str:
    found = _CUE.fullmatch(told)
    if found is None:
        return "none: the numbers tell it"
    return f'"{found["words"].strip()}": {_KINDS.get(found["kind"], found["kind"])}'


def _outcome(told: str, claim: Claim) -> str:
    found = _OUTCOME.fullmatch(told)
    label = _label(claim.outcome, "outcome")
    return f'"{found["words"]}", taken as {label}; {found["way"]}' if found else label


def _hence(claim: Claim, arms: Sequence[Arm]) -> str:
    """Tell the direction for the patient, and for whom."""
    side = {
        "between": _sides(claim, arms) if claim.comparator else "between groups",
        "within": f"after {_label(claim.procedure)} against before",
        "rate": f"with {_label(claim.procedure)}",
    }[claim.basis]
    chance = {True: ", and called significant or tested so", False: ", not significant", None: ""}[claim.significant]
    return f"{_HENCE[claim.direction]} ({side}){chance}"


def _rules(rule: str) -> Iterator[str]:
    """Tell what a rule goes by: in plain words, or by the example of its row in the table of cues."""
    from ingest.cue_files import read_table

    examples = {row["name"]: row["example"] for row in read_table("findings")["cue"]}
    plain = rule.removesuffix("-but-not").removesuffix("-versus").removesuffix("-process")
    yield rule
    for part in (rule,) if rule in _RULES else plain.removeprefix("not+").split("+"):
        if part in _RULES:
            yield _RULES[part]
        elif part in examples:
            yield f'as in "{examples[part]}"'


def _value(axis: str, value: str) -> str:
    concept = load_vocabulary().by_kind.get("axis", {}).get(f"{axis}-{value}")
    return concept.label if concept else value


def _label(identifier: str | None, kind: str = "procedure") -> str:
    """Return the name of a concept, or its id where this version does not know it."""
    concept = load_vocabulary().by_kind.get(kind, {}).get(identifier or "")
    return concept.label if concept else identifier or ""
