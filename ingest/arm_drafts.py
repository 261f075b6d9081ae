"""Work out which arms a record has: the set of procedures that most contrasts, groups and comparators vote for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ingest.arm_evidence import Draft, Evidence
from ingest.arm_votes import Vote, stated_votes, votes
from ingest.injectates import injectates, route
from ingest.lexicon import below, broader, group_words, related
from ingest.patient_groups import only_patients
from ingest.screened import screened

__all__ = ["draft_arms", "settle_placebo"]

_TRIAL = screened(r"randomi[sz]ed|controlled (?:clinical )?trial|\bversus\b|\bvs\b|\bcompar|\btrials?\b", re.I)
_THREE = screened(r"\b(?:three|3) (?:[\w-]+ )?(?:groups|arms)\b", re.I)
_STEROID, _PLAIN = "epidural-steroid-injection", "epidural-local-anaesthetic-injection"
_ROOT_BLOCK = "selective-nerve-root-block"
_Key = tuple[str, ...]


def draft_arms(e: Evidence, *, comparative: bool) -> list[Draft]:
    """Return the arms of a record, in no order; one arm when nothing is compared."""
    if e.top is None:
        return []
    firm = comparative or _TRIAL.search(e.settler.title) is not None
    reads_all = firm and not e.overview
    three = _THREE.search(e.text) is not None
    elected = _elect(list(votes(e) if reads_all else stated_votes(e)), three=three)
    floor = (0.8 if e.randomised else 1.0) if reads_all else 4.0
    if elected is not None and elected.score >= floor:
        drafts = elected.drafts
        _narrow(drafts, e)
        if only_patients(drafts, e):
            return [Draft(ids=(e.top,))]
    else:
        drafts = [Draft(ids=(e.top,)) for _ in range(2 if firm and e.allocates else 1)]
    _settle_steroid(drafts)
    settle_placebo(drafts, e.text)
    _settle_pretended(drafts)
    return drafts


def _settle_pretended(drafts: Sequence[Draft]) -> None:
    """Where every arm would be a sham, no treatment or a placebo, call that without such a name something unlisted."""
    void = group_words().sham | {"no-treatment"}
    if len(drafts) < 2 or not all(d.ids[0] in void for d in drafts):
        return
    named = [any("placebo" in n or "sham" in n or "saline" in n for n in (*d.names, *d.words)) for d in drafts]
    for i, d in enumerate(drafts):
        if not named[i] and (any(named) or i == 0):
            d.ids, d.added = ("other-intervention",), True


def _elect(cast: Sequence[Vote], *, three: bool = False) -> Vote | None:
    """Add up the votes for the same procedures; a larger set that holds the winner wins with 0.4 of its support.

    ``three`` says that the text counts three groups.
    """
    total: dict[_Key, float] = defaultdict(float)
    best: dict[_Key, Vote] = {}
    for vote in cast:
        key = tuple(sorted(d.ids[0] for d in vote.drafts))
        total[key] += vote.score
        if key not in best or vote.score > best[key].score:
            best[key] = vote
    if not total:
        return None
    winner = max(total, key=lambda k: (total[k], -len(k)))
    wider = [k for k in total if _holds(best[k].drafts, k, winner) and total[k] >= 0.4 * total[winner]]
    winner = max(wider, key=lambda k: total[k], default=winner)
    drafts = [*best[winner].drafts, *_further(winner, total, best, three=three)]
    if len({d.ids[0] for d in drafts}) == len(drafts):
        for d in drafts:
            d.first = min(o.first for v in cast for o in v.drafts if o.ids[0] == d.ids[0])
    return Vote(total[winner], drafts)


def _holds(drafts: Sequence[Draft], wide: _Key, narrow: _Key) -> bool:
    """Return whether arms are others and more, a combination of them also, or the kinds of an arm in its place."""
    joint = (
        len(wide) > len(narrow) > 1
        and any(d.added and len(d.ids) > 1 for d in drafts)
        and len(set(wide)) == len(narrow)
    )
    more = joint or (len(set(wide)) > len(set(narrow)) and len(wide) > len(narrow))
    return more and all(any(below(w, n) for w in wide) for n in narrow)


def _further(
    winner: _Key, total: Mapping[_Key, float], best: Mapping[_Key, Vote], *, three: bool = False
) -> list[Draft]:
    """Return the arms that other strong votes set against an arm of the winner: A versus C beside A versus B.

    Beside two variants of one procedure only a comparator by nature, unless there are ``three`` groups.
    """
    arms, found, floor = set(winner), list[Draft](), max(2.4, 0.55 * total[winner])
    if len(winner) < 2:
        return found
    for key in sorted(total, key=lambda k: -total[k]):
        new = [d for d in best[key].drafts if d.ids[0] not in arms]
        sure = (
            len(set(winner)) > 1 or (three and len(winner) == 2) or any(d.ids[0] in group_words().passive for d in new)
        )
        if sure and len(key) == 2 and len(new) == 1 and total[key] >= floor and not _alike(new[0].ids[0], arms):
            arms.add(new[0].ids[0])
            found.append(new[0])
    return found[:2]


def _alike(concept: str, arms: Iterable[str]) -> bool:
    """Return whether an arm would be one of the others under another name: two sorts of conservative care."""
    families = [f for f in group_words().alike if any(below(concept, k) for k in f)]
    return any(related(concept, a) or any(below(a, k) for f in families for k in f) for a in arms)


def _narrow(drafts: Sequence[Draft], e: Evidence) -> None:
    """Give an arm the one narrower procedure that title, aim and methods name in full, unless another arm is that."""
    taken = {d.ids[0] for d in drafts}
    for d in drafts:
        narrower = [i for i in e.settler.defined if i != d.ids[0] and below(i, d.ids[0])]
        if len(narrower) == 1 and narrower[0] not in taken and broader(narrower[0]) == d.ids[0]:
            d.ids = (narrower[0], *d.ids[1:])
        if d.ids[0] == _STEROID and (by_route := route(e)) is not None and by_route not in taken:
            d.ids = (by_route, *d.ids[1:])


def _settle_steroid(drafts: Sequence[Draft]) -> None:
    """Give the arm without steroid of an epidural trial its own procedure; in other blocks it is the same block."""
    loose = (_STEROID, "epidural-injection", _PLAIN)
    for d in drafts:
        others = [o.ids[0] for o in drafts if o is not d]
        other_drug = "other" in injectates(" ".join((*d.words, *d.names)))
        if d.ids[0] == "epidural-injection" and any(below(i, _STEROID) for i in others) and not other_drug:
            d.ids = (_PLAIN,)
        if d.ids[0] in loose and any(below(i, _ROOT_BLOCK) for i in others):
            d.ids = (_ROOT_BLOCK,)
        elif d.ids[0] == _PLAIN and others and not any(i in loose or below(i, _STEROID) for i in others):
            d.ids = (others[0],)
    if len(drafts) == 2 and drafts[0].ids[0] == drafts[1].ids[0] and below(drafts[0].ids[0], _STEROID):
        _settle_added_steroid(drafts)


def _settle_added_steroid(drafts: Sequence[Draft]) -> None:
    """Of two arms called alike, make that without steroid the plain one where the words of the other name a steroid."""
    words = group_words()
    said = [" ".join((*d.words, *d.names)) for d in drafts]
    steroid = ["steroid" in injectates(s) and "without" not in s for s in said]
    for i, d in enumerate(drafts):
        if steroid[1 - i] and not steroid[i] and (not d.words or any(w in said[i] for w in words.plain_drug)):
            d.ids = (_PLAIN,)
            d.control = True


def settle_placebo(drafts: Sequence[Draft], text: str) -> None:
    """Call the placebo of a procedure that injects nothing a sham procedure."""
    words = group_words()
    others = [d.ids[0] for d in drafts if d.ids[0] not in words.sham]
    if not others or any(below(i, k) for i in others for k in words.injected) or "saline" in text.lower():
        return
    for d in drafts:
        if d.ids[0] == "placebo-injection":
            d.ids = ("sham-procedure",)
