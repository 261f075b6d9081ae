"""How sure a claim is: a logistic model over what the grammar saw, trained on annotated records.

The features are plain facts about a finding (which rule, how its arms were told apart, whether the conclusion says
the same, how well the text bears out the arms); the weights are data in ``cues/confidence.toml``, written by ``benchmarks/train_confidence.py`` with the
precision of each confidence band it measured.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ingest.arms import ArmTable
from ingest.backing import Backing
from ingest.cue_files import read_table
from ingest.outcome_kinds import outcome_kinds
from ingest.scene import Finding
from kg.errors import SpinekgError
from kg.model import Claim, Design, Direction

__all__ = ["Agreement", "agreements", "confidence", "features", "leanings", "score", "trusted"]

Agreement = str
"""What the rest of the abstract says on the same topic ("same", "opposite", "mixed", "alone"), or where it leans."""
_UNKNOWN = Backing()


def _shape(finding: Finding) -> list[str]:
    clause, hit = finding.clause, finding.outcome
    own = (
        clause.start <= hit.start < clause.end and hit.text != "" and any(o.start == hit.start for o in clause.outcomes)
    )
    named = {r.arm for r in clause.refs}
    found = [
        f"outcomes:{min(len({o.id for o in clause.outcomes}), 4)}",
        f"cues:{min(len(clause.cues), 4)}",
        f"arms-named:{min(len(named), 3)}",
        "outcome-own" if own else "outcome-carried",
        f"length:{min((clause.end - clause.start) // 80, 5)}",
    ]
    found += ["weak-outcome"] * hit.weak + ["general-outcome"] * hit.general + ["inverse-outcome"] * hit.inverse
    found += ["times"] * bool(clause.times) + ["pairs"] * bool(clause.pairs) + ["changes"] * bool(clause.changes)
    if finding.arm in named and (finding.other is None or finding.other in named):
        found.append("arms-in-clause")
    return found


def leanings(findings: Sequence[Finding]) -> list[Agreement]:
    """Return, for each finding between groups, where the other findings on the same two groups lean, harms apart."""
    harm = outcome_kinds().harm
    result: list[Agreement] = []
    for f in findings:
        if f.basis != "between":
            result.append("none")
            continue
        others = Counter(g.direction for g in findings if g is not f and (g.arm, g.other, g.basis) == (f.arm, f.other, "between") and g.outcome.id not in harm)  # fmt: skip
        result.append(_leaning(f, others))
    return result


def _leaning(finding: Finding, others: Counter[Direction]) -> Agreement:
    if not others:
        return "alone"
    lean = others["better"] - others["worse"]
    if not lean:
        return "level"
    if finding.direction not in ("better", "worse"):
        return "flat"
    return "same" if (lean > 0) == (finding.direction == "better") else "opposite"


def features(
    finding: Finding, table: ArmTable, design: Design, agreement: Agreement, siblings: int, leaning: Agreement = "none",
    arms: Backing = _UNKNOWN,
) -> dict[str, float]:  # fmt: skip
    """Return feature → value; ``siblings`` is how many findings the same sentence gave."""
    rule = finding.rule.split("+")[0]
    kind = f"{finding.basis}-{finding.direction}"
    names = [
        f"rule:{finding.rule}", f"rule-family:{rule}", f"kind:{kind}", f"outcome:{finding.outcome.id}", f"how:{finding.how}",
        f"role:{finding.sentence.role}", f"design:{design}", f"agreement:{agreement}", f"kind-agreement:{kind}-{agreement}",
        f"lean:{leaning}", f"lean-kind:{finding.direction}-{leaning}", f"significant:{finding.significant}", f"siblings:{min(siblings, 7)}", f"arms:{min(len(table.arms), 4)}",
        f"how-direction:{finding.how}-{finding.direction}", f"how-role:{finding.how}-{finding.sentence.role}",
        *arms.features(finding.arm, finding.other), *_shape(finding),
    ]  # fmt: skip
    names += ["p"] * bool(finding.p) + ["hedged"] * finding.hedged
    if finding.other is not None:
        same = table.arms[finding.arm].procedure == table.arms[finding.other].procedure
        names.append("same-procedure" if same else "two-procedures")
    return {"bias": 1.0, **dict.fromkeys(names, 1.0)}


@dataclass(frozen=True, slots=True)
class _Model:
    weights: Mapping[str, float]
    keep_from: float
    better_from: float


@cache
def _model() -> _Model:
    data = read_table("confidence")
    weights, limits = data.get("weights"), [data.get("keep_from"), data.get("better_from")]
    if not (isinstance(weights, dict) and all(isinstance(n, int | float) for n in (*limits, *weights.values()))):
        raise SpinekgError(
            "cues/confidence.toml: needs the numbers keep_from and better_from, and [weights] of numbers"
        )
    return _Model(weights, float(data["keep_from"]), float(data["better_from"]))


def trusted(claim: Claim) -> bool:
    """Return whether a claim is sure enough to be made; one that calls a procedure better than another needs more."""
    better = claim.basis == "between" and claim.direction == "better"
    return claim.confidence >= (_model().better_from if better else _model().keep_from)


def score(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the probability the model gives to a set of features."""
    z = sum(weights.get(name, 0.0) * value for name, value in values.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def confidence(values: Mapping[str, float]) -> float:
    """Return the confidence of a finding, two decimals between 0 and 1."""
    return round(score(values, _model().weights), 2)


def agreements(findings: Sequence[Finding]) -> list[Agreement]:
    """Return, for each finding, what findings of other sentences say on the same arms, outcome and basis."""
    result: list[Agreement] = []
    for f in findings:
        others = {g.direction for g in findings if g.sentence is not f.sentence and (g.arm, g.other, g.basis) == (f.arm, f.other, f.basis) and g.outcome.id == f.outcome.id}  # fmt: skip
        result.append(_agreement(f, others))
    return result


def _agreement(finding: Finding, others: set[Direction]) -> Agreement:
    if not others:
        return "alone"
    if finding.direction not in others:
        return "opposite"
    return "same" if len(others) == 1 else "mixed"
