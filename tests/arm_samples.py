"""Small records of our own for the tests of the arm table."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.abbreviations import abbreviations
from ingest.arms import ArmTable, arm_table
from ingest.grounding import find_mentions
from ingest.sentences import split
from ingest.text import fold
from kg.model import Record, Section, Sentence

__all__ = ["Sample", "record", "sample"]


@dataclass(frozen=True)
class Sample:
    """The arm table of a small record, with the text it was built from."""

    text: str
    sentences: tuple[Sentence, ...]
    table: ArmTable

    @property
    def ids(self) -> list[str]:
        """Return the procedures of the arms, index arm first."""
        return [a.procedure for a in self.table.arms]

    def references(self, sentence: str) -> list[tuple[int, str]]:
        """Return (arm, words) for every reference in a sentence of the record."""
        start = self.text.index(sentence)
        found = self.table.references(self.text, start, start + len(sentence))
        return [(r.arm, self.text[r.start : r.end]) for r in found]


def record(title: str, **sections: str) -> Record:
    """Return a record with labelled sections, in the order given."""
    text, made = title, []
    for label, words in sections.items():
        if words:
            made.append(Section(text=words, start=len(text) + 1, label=label.upper()))
            text = f"{text}\n{words}"
    return Record(pmid="1", title=title, text=text, sections=tuple(made))


def sample(
    title: str,
    methods: str = "",
    results: str = "",
    *,
    comparative: bool = True,
    objective: str = "",
    survey: bool = False,
) -> Sample:
    """Return the arm table of a record with these sections."""
    made = record(title, objective=objective, methods=methods, results=results)
    text, sentences = fold(made.text), split(made)
    short_forms = abbreviations(text)
    mentions = [m for m in find_mentions(text, short_forms) if m.kind == "procedure"]
    table = arm_table(sentences, text, mentions, comparative=comparative, short_forms=short_forms, survey=survey)
    return Sample(text, sentences, table)
