"""How many of the interventions and outcomes that others marked in abstracts on pain the vocabulary finds.

    python benchmarks/ebm_nlp.py [--shared FOLDER] [--missed N]

EBM-NLP (Nye 2018, ACL P18-1019) marks the words of an intervention and of an outcome in abstracts of trials from all of
medicine. Hardly any is on spinal interventions, so the records are chosen by their title, not by the extractor: those
on spinal or chronic pain, and for a larger number those on any pain. A marked span counts as found when a mention of a
procedure or an outcome shares a character with it; the same words twice in an abstract count once. Precision is the
share of the mentions that share a character with a span: recall alone would reward marking everything.

Beside it stands a trivial answer: every name of the vocabulary wherever its letters stand, without regard to
abbreviations the abstract defines, plurals, hyphens or context. The vocabulary was made for spinal care: drugs and
programmes of other fields are not in it. Without the folder: exit code 0, or 1 when CI is set.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.abbreviations import abbreviations
from ingest.grounding import find_mentions
from ingest.text import fold
from kg.accuracy import Outside
from kg.vocabulary import load_vocabulary

ROOT = Path(__file__).resolve().parent.parent
DATA = "EBM-NLP, development set"
KINDS = {"intervention": "procedure", "outcome": "outcome"}
"""What is marked, and the kind of concept that answers it."""
MARKS = {"I-INT": "intervention", "I-OUT": "outcome"}
TITLE = 200
"""So many characters of a text hold its title: the texts do not say where it ends."""
SPINAL = re.compile(
    r"\b(?:back|neck|spin\w+|radicular|facet|sacroiliac|discogenic|chronic|neuropathic|regional)[ -]pain|pain syndrome|sciatica|radiculopath"
    r"|lumbago|vertebr|\b(?:lumbar|cervical) (?:dis[ck]|spin|stenosis|spondyl)|herniated dis[ck]|dis[ck] herniation",
    re.I,
)
PAIN = re.compile(r"\bpain|analges|\bache\b|headache|migraine|neuralgia", re.I)
GROUPS = (("spinal or chronic pain", SPINAL), ("any pain", PAIN))

Span = tuple[int, int]
Finder = Callable[[str, str], list[Span]]
"""From a text and a kind of concept to the places where it is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An abstract and what is marked in it: kind and place."""

    pmid: str
    text: str
    spans: tuple[tuple[str, Span], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts over some documents, for one kind."""

    marked: int
    found: int
    mentions: int
    right: int
    missed: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        recall, precision = self.found / max(1, self.marked), self.right / max(1, self.mentions)
        return f"{recall:.2f} (precision {precision:.2f})"


def documents(shared: Path) -> Iterator[Document]:
    """Yield the abstracts of the file, tokens joined by spaces."""
    file = shared / "benchmarks" / "ebm-nlp-dev" / "dev.txt"
    for part in file.read_text("utf-8").split("-DOCSTART- (")[1:]:
        pmid, _, body = part.partition(")")
        text, spans, before = "", list[tuple[str, Span]](), None
        for word, mark in (line.split(" ")[:: len(line.split(" ")) - 1] for line in body.splitlines() if line):
            start, kind = len(text), MARKS.get(mark)
            text += f"{word} "
            if kind and kind == before:
                spans[-1] = kind, (spans[-1][1][0], start + len(word))
            elif kind:
                spans.append((kind, (start, start + len(word))))
            before = kind
        yield Document(pmid=pmid, text=text.rstrip(), spans=tuple(spans))


def by_vocabulary(text: str, kind: str) -> list[Span]:
    """Return where the extractor names a concept of a kind."""
    folded = fold(text)
    return [(m.start, m.end) for m in find_mentions(folded, abbreviations(folded)) if m.kind == kind]


def by_letters(text: str, kind: str) -> list[Span]:
    """Return where the letters of a name of the vocabulary stand: the trivial answer."""
    return [found.span() for found in names(kind).finditer(text)]


@cache
def names(kind: str) -> re.Pattern[str]:
    """Return a pattern of every name of a kind, the longest first."""
    every = {
        name.lower() for c in load_vocabulary().concepts(kind) for name in (c.label, *c.alt_labels, *c.context_labels)
    }
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(every, key=len, reverse=True)))})\b", re.I)


def score(listed: Iterable[Document], marked: str, finder: Finder) -> Score:
    """Count what a finder finds of one kind of mark."""
    total = found = mentions = right = 0
    missed: list[tuple[str, str]] = []
    for document in listed:
        wanted = [span for kind, span in document.spans if kind == marked]
        seen = finder(document.text, KINDS[marked])
        words: dict[str, bool] = {}
        for start, end in wanted:
            words[document.text[start:end].lower()] = words.get(document.text[start:end].lower(), False) or any(
                s < end and start < e for s, e in seen
            )
        total, found = total + len(words), found + sum(words.values())
        mentions, right = mentions + len(seen), right + sum(any(s < e and b < t for b, e in wanted) for s, t in seen)
        missed += [(document.pmid, word) for word, hit in words.items() if not hit]
    return Score(marked=total, found=found, mentions=mentions, right=right, missed=tuple(missed))


def figures(name: str, every: Sequence[Document]) -> tuple[Outside, ...]:
    """Return recall, with precision, for each group of records and kind of mark, beside the trivial answer."""
    found = []
    for group, pattern in GROUPS:
        chosen = [document for document in every if pattern.search(document.text[:TITLE])]
        for marked in KINDS:
            ours, trivial = score(chosen, marked, by_vocabulary), score(chosen, marked, by_letters)
            figure = f"recall of {ours.marked} {marked}s in {len(chosen)} abstracts on {group}"
            found.append(Outside(data=name, figure=figure, value=str(ours), trivial=f"{trivial}, letters alone"))
    return tuple(found)


def outside(shared: Path) -> tuple[Outside, ...]:
    """Return what ``ontology/accuracy.json`` ships of this measurement."""
    return figures(DATA, list(documents(shared)))


def run(description: str | None, name: str, read: Callable[[Path], Iterator[Document]]) -> int:
    """Print the figures, and spans that are missed; shared with evidence_map.py."""
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="where the abstracts are")
    options.add_argument("--missed", type=int, default=0, help="print so many missed spans of each kind")
    chosen = options.parse_args()
    try:
        every = list(read(chosen.shared))
    except FileNotFoundError as error:
        print(f"nothing was measured: there is no {error.filename}")
        return 1 if os.environ.get("CI") else 0
    for each in figures(name, every):
        print(f"{each.figure:<70} {each.value}   trivial {each.trivial}")
    for marked in KINDS if chosen.missed else ():
        close = [document for document in every if SPINAL.search(document.text[:TITLE])]
        for pmid, words in score(close, marked, by_vocabulary).missed[: chosen.missed]:
            print(f"  missed {marked}: {pmid} {words}")
    return 0


if __name__ == "__main__":
    sys.exit(run(__doc__, DATA, documents))
