"""Tell a clause that names no outcome: "at one year the difference was still in favour of surgery", or one that no list has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.clauses import Clause
from ingest.cues import Cue
from ingest.scene import Scene

__all__ = ["in_something", "names_nothing", "of_unknown", "only_plain"]

_WORD = re.compile(r"[a-z][a-z'-]*")
_BRACKET = re.compile(r"[(\[][^()\[\]]*[)\]]")
# Words that name nothing that could be measured: the grammar of the sentence, groups, times, analyses, differences.
PLAIN = frozenset(
    """a about above after afterwards again against all also although an analyses analysis and any approach approaches arm arms as at
    as-treated at-risk based be been before being better between both but by clearly clinically cohort cohorts combined compared
    comparison could day days demonstrate demonstrated detected did difference differences differ differed during each early either
    end even evident failed favor favored favoring favour favoured favouring few final finally finding findings first follow
    follow-up followed following for found from further group groups had has have having highly however identified in increased
    intention intention-to-treat intent-to-treat intergroup interval intervals into is it itt last late later long long-term longer
    maintained main markedly mean method methods modified month months more most much namely no none not noted observed observational
    obtained of on only operation or other our overall over parallel patient patients per-protocol period persisted point points
    primary procedure procedures randomised randomized regard reach reached remained respect respectively result results revealed
    same second seen short short-term show showed shown significance significant significantly similar similarly slightly small
    so sooner statistical statistically still strong study subjects superior superiority technique techniques than that the their
    them then there therefore these they this those throughout time times to to-treat treat treated treatment treatments trend trial two
    three until up using value values versus visit visits vs was we week weeks were when whereas while whole with within year years
    achieved established met proven proved attained shown yet advantage advantages benefit benefits effect effects improvement improvements reduction reductions response score scores
    change changes outcome outcomes participants cases assessment assessments measurement measurements case did-not six twelve one four five
    present apparent held true became sustained only obtained recorded reported applied trends patterns observations such identical
    least better worse equal equivalent comparable non-inferior noninferior inferior respectively p ci""".split()
)


_SUBJECT = re.compile(
    r"\W*(?:(?:but|while|whereas|although|however|and|yet|also|the|a|an|mean|median|total|overall|of|rate|incidence|frequency|number|rates),? )*"
    r"(?:[\w-]+ ){0,2}?(?P<noun>[a-z][\w-]+) (?:was|were|is|are|had|has) ",
    re.I,
)
# "Grip force did not differ": the verb is part of the words that compare.
_SUBJECT_OF_VERB = re.compile(
    r"\W*(?:(?:but|while|whereas|although|however|and|yet|also|the|an?),? )*(?:[\w-]+ ){0,5}?(?P<noun>[a-z][\w-]+) (?:also )?(?=(?:did|do|does|was|were|is|are) not\b)",
    re.I,
)
_WHOLE = frozenset(
    {"findings", "data", "course", "parameters", "indices", "indexes", "variables", "measures", "items", "indicators"}
)
# "A longer wound": a comparative before its own noun.
_NOUN_NEXT = re.compile(r" (?P<noun>[a-z][a-z-]{2,})(?=[.,;)]| (?:than|in|with|for|after|and|or|compared)\b|$)", re.I)
_OF_AMOUNT = frozenset(
    {"longer", "shorter", "larger", "smaller", "higher", "lower", "greater", "fewer", "less", "more"}
)
_GRADING_WORDS = frozenset({"frequent", "common", "often", "likely", "pronounced", "marked", "severe", "among", "within", "rapid", "effective"})  # fmt: skip


def of_unknown(scene: Scene, clause: Clause, cue: Cue) -> bool:
    """Return whether a comparison has a subject that is no known outcome: "…, while muscle atrophy was less with B"."""
    after = _NOUN_NEXT.match(scene.text, cue.end, clause.end)
    if after is not None and scene.text[cue.start : cue.end].lower() in _OF_AMOUNT:
        word = after["noun"].lower()
        known = any(r.start < after.end() and after.start() < r.end for r in clause.refs)
        if not known and word not in PLAIN | _WHOLE | _GRADING_WORDS and not word.endswith("ly"):
            return True
    m = _SUBJECT.match(scene.text, clause.start, cue.start)
    if cue.kind == "same":
        m = _SUBJECT_OF_VERB.match(scene.text, clause.start, cue.end)
        m = m if m is not None and m.end() == cue.start else None
    if m is None or any(r.start < m.end("noun") and m.start("noun") < r.end for r in clause.refs):
        return False
    return m["noun"].lower() not in PLAIN | _WHOLE


def names_nothing(scene: Scene, clause: Clause) -> bool:
    """Return whether every word of a clause outside the names of arms, times, tests and cues is a plain one."""
    if clause.outcomes:
        return False
    known = [(r.start, r.end) for r in clause.refs] + [(t.start, t.end) for t in clause.times]
    known += [(p.start, p.end) for p in clause.p] + [(c.start, c.end) for c in clause.cues]
    return only_plain(scene.text, clause.start, clause.end, known)


def only_plain(text: str, start: int, end: int, known: Sequence[tuple[int, int]]) -> bool:
    """Return whether every word of ``text[start:end]`` outside brackets and what is known is a plain one."""
    known = [*known, *(m.span() for m in _BRACKET.finditer(text, start, end))]
    for m in _WORD.finditer(text[start:end].lower()):
        at = start + m.start()
        if m.group() not in PLAIN and not any(a <= at < b for a, b in known):
            return False
    return True


# "No difference in muscle thickness", "similar with regard to sick leave": what is not known is named all the same.
_TOPIC = re.compile(
    r"\b(?:in|for|regarding|concerning|(?:in )?terms of|(?:with )?(?:respect|regard) to|as to) "
    r"(?:(?:the|any|their|its|mean|of|all|either|both|overall|total|final) )*(?P<noun>[a-z][a-z-]+)",
    re.I,
)


def in_something(scene: Scene, clause: Clause, cue: Cue) -> bool:
    """Return whether a comparison names what it is about by a word that is no plain one: "no difference in grip force"."""
    known = [(r.start, r.end) for r in clause.refs] + [(t.start, t.end) for t in clause.times]
    for m in _TOPIC.finditer(scene.text, cue.end, clause.end):
        at = m.start("noun")
        if m["noun"].lower() not in PLAIN and not any(a <= at < b for a, b in known):
            return True
    return False
