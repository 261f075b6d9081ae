"""``spinekg show``: one abstract with its claims."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.options import Folder, home
from kg.errors import InputError, UnknownNameError
from kg.report.marking import Fragment, fragments, plain

if TYPE_CHECKING:
    from kg.ledger import Ledger, LedgerRow
    from kg.model import Record

__all__ = ["show"]


def show(
    pmid: Annotated[str, typer.Argument(metavar="PMID", help="The PubMed id of a record of the workspace.")],
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell for each claim how it was read: groups, words, outcome, direction.")
    ] = False,
    folder: Folder = None,
) -> None:
    """Show one abstract with its claims.

    The quoted characters are marked, with the numbers of the claims that quote them. Publications that may report
    the same study are named, with the reasons; they are proposals and count as studies of their own.

    Example:
      spinekg show 99000001 --explain

    Exit codes: 0 done, 2 no such workspace or PMID, 65 the record is in quarantine.
    """
    from kg.cli.related import related_text
    from kg.workspace import open_workspace

    with open_workspace(home(folder)) as workspace:
        row = workspace.ledger.row(pmid) or _missing(workspace.ledger, pmid)
        related = related_text(workspace.ledger, row)
    spans = [(claim.start, claim.end) for claim in row.reading.claims] if row.reading else []
    for start, end, label in _lines(row.record):
        _print(fragments(row.record.text, spans, start, end), label)
        if start == 0:
            _about(row)
    for paragraph in (*_claims(row, explain=explain), related):
        if paragraph:
            typer.echo(f"\n{paragraph}")


def _claims(row: LedgerRow, *, explain: bool) -> Iterator[str]:
    """Yield the claims in words; explained, after the groups of the study and what its flag stands for."""
    from kg.cli.claim_text import claim_text
    from kg.explanation import explain_claim, explain_groups, explain_spin
    from kg.identity import claim_ids

    if row.reading is None:
        return
    if explain:
        yield explain_groups(row.reading.arms)
        yield explain_spin(row.record, row.reading)
    claims = row.reading.claims
    for number, (claim, identifier) in enumerate(zip(claims, claim_ids(claims), strict=True), start=1):
        told = claim_text(number, identifier, claim)
        yield f"{told}\n{explain_claim(claim, row.reading.arms)}" if explain else told


def _missing(ledger: Ledger, pmid: str) -> LedgerRow:
    for bad in ledger.quarantined():
        if bad.pmid == pmid:
            raise InputError(f"PMID {pmid} is in quarantine: {bad.reason} ({bad.source}, record {bad.position})")
    raise UnknownNameError(
        "PMID", pmid, hint="It is not in this workspace; 'spinekg fetch --pmids FILE' brings records."
    )


def _lines(record: Record) -> Iterator[tuple[int, int, str]]:
    """Yield where the title and the sections stand in the text, and their labels."""
    yield 0, len(record.title), ""
    for section in record.sections:
        yield section.start, section.start + len(section.text), section.label or ""


def _print(parts: Iterator[Fragment], label: str) -> None:
    head = f"{label}: " if label else ""
    if not sys.stdout.isatty():
        typer.echo(head + plain(parts))
        return
    from rich.console import Console
    from rich.text import Text

    line = Text(head, style="bold")
    for part in parts:
        line.append(part.text, style="black on yellow" if part.quotes else "not bold")
        line.append(f"{{{','.join(map(str, part.quotes))}}}" if part.quotes else "", style="dim")
    Console().print(line, soft_wrap=True)


def _about(row: LedgerRow) -> None:
    """Print under the title what the paper is."""
    from kg.bibliography import citation, is_retracted

    record, reading = row.record, row.reading
    facts = [f"PMID {record.pmid}", *(["RETRACTED"] if is_retracted(record) else [])]
    if reading is None:
        facts.append("not read yet: 'spinekg rebuild' reads it")
    else:
        facts += [f"scope {reading.scope}", reading.design.replace("-", " ")]
        facts += [f"{reading.sample_size:,} participants"] if reading.sample_size is not None else []
        facts += [f"{reading.n_studies:,} studies"] if reading.n_studies is not None else []
        facts.append(f"{len(reading.claims)} claim{'' if len(reading.claims) == 1 else 's'}")
        facts += ["conclusion contradicts the result" if flag == "spin" else flag for flag in reading.flags]
    typer.echo(f"{citation(record)}\n{' | '.join(facts)}\n")
