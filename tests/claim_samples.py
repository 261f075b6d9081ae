"""Small records of our own, read to their claims by every stage but the ones a test fixes itself."""

from __future__ import annotations

from dataclasses import dataclass

from arm_samples import record

from ingest.abbreviations import abbreviations
from ingest.arms import ArmTable, arm_table
from ingest.claims import Draft, read_drafts
from ingest.findings import read_sentence
from ingest.grounding import Mention, find_mentions
from ingest.outcomes import settle_outcomes
from ingest.scene import Carry, Finding, Paper
from ingest.sentences import split
from ingest.text import fold
from kg.model import Claim, Design, Record, Sentence

__all__ = ["Read", "Told", "told"]

Told = tuple[str, str | None, str, str, str]


@dataclass(frozen=True)
class Read:
    """A record of these sections taken as a study of this design, with all that its claims are made of."""

    record: Record
    design: Design = "randomised-trial"
    indications: tuple[str, ...] = ("lumbar-facet-pain",)

    @classmethod
    def of(cls, title: str, design: Design = "randomised-trial", **sections: str) -> Read:
        """Return the record with labelled sections, in the order given."""
        return cls(record(title, **sections), design)

    @property
    def text(self) -> str:
        """Return the folded text."""
        return fold(self.record.text)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Return title and sentences with their roles."""
        return split(self.record)

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """Return every concept named."""
        return find_mentions(self.text, abbreviations(self.text))

    @property
    def outcomes(self) -> tuple[Mention, ...]:
        """Return the outcomes named."""
        return settle_outcomes([m for m in self.mentions if m.kind == "outcome"])

    @property
    def table(self) -> ArmTable:
        """Return the arms."""
        procedures = [m for m in self.mentions if m.kind == "procedure"]
        forms = abbreviations(self.text)
        return arm_table(self.sentences, self.text, procedures, comparative=True, short_forms=forms)

    @property
    def findings(self) -> list[Finding]:
        """Return what the grammar finds in the results, sentence by sentence."""
        paper, carry = Paper(text=self.text, table=self.table, outcomes=self.outcomes), Carry()
        return [f for s in self.sentences if s.role == "results" for f in read_sentence(paper, s, carry)]

    @property
    def drafts(self) -> list[Draft]:
        """Return the claims with the features of their confidence, unsure ones included."""
        return read_drafts(
            self.record, self.text, self.sentences, self.outcomes, self.table, self.indications, self.design
        )

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Return the claims, however sure: what the trained weights make of them is no matter of these tests."""
        return tuple(draft.claim for draft in self.drafts)

    @property
    def told(self) -> list[Told]:
        """Return the claims in short."""
        return [told(claim) for claim in self.claims]


def told(claim: Claim) -> Told:
    """Return who did how against whom on what."""
    return claim.procedure, claim.comparator, claim.outcome, claim.basis, claim.direction
