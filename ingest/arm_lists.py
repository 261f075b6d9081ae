"""What a record evaluates and what it compares that with: the two lists of procedures of a publication."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.arm_evidence import Draft, Evidence
from ingest.grounding import Mention
from ingest.lexicon import below, broader, group_label, group_words, related
from ingest.settle import specific

__all__ = ["compared_with", "evaluated"]

_ANY = "spinal-intervention"


def evaluated(drafts: Sequence[Draft], e: Evidence, *, survey: bool) -> tuple[str, ...]:
    """Return the index procedures: those of the index arms, of a record without comparison all that it is about.

    ``survey`` says that the design goes through many procedures; it lists all it names unless its title names one.
    """
    if survey and (surveyed := _surveyed(e)):
        return surveyed
    if len(drafts) == 2 and ((_peers(drafts) and not _set_against(e)) or _either_drug(drafts, e)):
        return tuple(dict.fromkeys(d.ids[0] for d in drafts))
    if len(drafts) != 1:
        return tuple(dict.fromkeys(d.ids[0] for d in (drafts[:1] if len(drafts) < 3 else _index(drafts))))
    return _about(drafts[0].ids[0], e)


def compared_with(
    drafts: Sequence[Draft], others: Sequence[str], e: Evidence, *, comparative: bool, survey: bool
) -> tuple[str, ...]:
    """Return what the index arm is compared with; of three and more arms the control arms, where there are any.

    ``others`` are the procedures that the results of a study without groups compare with.
    """
    if survey and _surveyed(e):
        return ()
    listed = evaluated(drafts, e, survey=survey)
    more = [i for i in others if i not in listed]
    if len(drafts) == 1:
        against = _passive(e) if comparative and (survey or e.overview) else []
        return tuple(dict.fromkeys((*more, *(i for i in against if not any(related(i, o) for o in listed)))))
    rest = drafts[1:]
    if len(drafts) > 2 and len({d.ids[0] for d in drafts}) == len(drafts):
        rest = [d for d in rest if d.control] or rest
    return tuple(dict.fromkeys((*(d.ids[0] for d in rest), *(more if e.pooled else ()))))


def _passive(e: Evidence) -> list[str]:
    """Return the comparators by nature that an overview names in full outside its background."""
    spans = [(s.start, s.end) for s in e.sentences if s.role not in ("background", "title")]
    named = [m for m in e.mentions if m.strength != "context" and m.id in group_words().passive]
    return [m.id for m in named if any(a <= m.start < b for a, b in spans)]


def _index(drafts: Sequence[Draft]) -> Sequence[Draft]:
    """Return the index arms: all but the control arms, or all but the last where no arm is one."""
    return [d for d in drafts if not d.control] if any(d.control for d in drafts) else drafts[:-1]


def _peers(drafts: Sequence[Draft]) -> bool:
    """Return whether two arms are of one kind, neither a control nor an operation: both are what the paper evaluates."""
    one, two = (d.ids[0] for d in drafts)
    operations = group_words().operations
    peers = one != two and broader(one) is not None and broader(one) == broader(two)
    return peers and not any(d.control or d.ids[0] in operations for d in drafts)


def _set_against(e: Evidence) -> bool:
    """Return whether the title sets one treatment against another ("A versus B"), not both side by side ("A and B")."""
    return any(c.role == "title" and c.kind in ("versus", "or") for c in e.contrasts)


def _either_drug(drafts: Sequence[Draft], e: Evidence) -> bool:
    """Return whether a paper is about epidural injections of either drug: its title calls for no steroid, or leaves it open."""
    plain = [d.ids[0] == "epidural-local-anaesthetic-injection" for d in drafts]
    other = drafts[plain.index(False)].ids[0] if plain.count(True) == 1 else ""
    title = e.settler.title.lower()
    return (
        bool(other)
        and below(other, "epidural-steroid-injection")
        and "inject" in title
        and ("without" in title or not any(word in title for word in group_words().steroid))
    )


def _surveyed(e: Evidence) -> tuple[str, ...]:
    """Return all that a survey names in full, in order, or nothing where its title names what it is about."""
    words, end = group_words(), len(e.settler.title)
    named = [m for m in e.mentions if m.strength != "context" and m.id not in (*words.sham, _ANY)]
    if any(m.end <= end and m.id not in words.general for m in named):
        return ()
    return tuple(dict.fromkeys(m.id for m in named))


def _about(top: str, e: Evidence) -> tuple[str, ...]:
    """Return what a record without comparison is about: all that its title names, else all it dwells on."""
    words, end = group_words(), len(e.settler.title)
    beside = words.general | (frozenset() if top in words.comparators or e.combined else words.comparators)
    useful = [m for m in e.mentions if m.id not in beside]
    named = [m for m in useful if m.strength != "context"]
    titled = specific(m.id for m in named if m.end <= end)
    if titled:
        said = e.settler.title.lower()
        kinds = [k for i in titled if group_label(i).strip().lower() in said for k in _kinds(i, named)]
        first = (top,) if any(m.id == top and m.end <= end for m in useful) else ()
        return tuple(dict.fromkeys((*first, *titled, *kinds)))
    most = e.weights[top]
    return tuple(
        specific((top, *(i for i in e.ranked if e.weights[i] >= 0.5 * most and any(m.id == i for m in useful))))
    )


def _kinds(family: str, named: Sequence[Mention]) -> list[str]:
    """Return the kinds of a family that a record tells apart: two or more."""
    found = list(dict.fromkeys(m.id for m in named if broader(m.id) == family))
    return found if len(found) > 1 else []
