"""``spinekg summarise``: what abstracts report about one technique."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from kg.cli.files import output
from kg.cli.options import Folder, OutFile, home

__all__ = ["summarise"]


class SummaryFormat(StrEnum):
    """What a summary can be printed as."""

    text = "text"
    md = "md"
    json = "json"
    csv = "csv"
    svg = "svg"


def summarise(
    technique: Annotated[str, typer.Argument(metavar="TECHNIQUE", help="A technique; narrower ones are included.")],
    indication: Annotated[
        str | None, typer.Option("--indication", metavar="X", help="Only patients with this condition.")
    ] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", metavar="Y", help="Only this outcome.")] = None,
    comparator: Annotated[
        str | None,
        typer.Option("--comparator", metavar="Z", help="Only against this: a procedure, or sham, surgery, usual care."),
    ] = None,
    follow_up: Annotated[
        str,
        typer.Option(
            "--follow-up", metavar="SCHEME", help="asipp, asipp-alt, cochrane-epidural or cochrane-back bands."
        ),
    ] = "asipp",
    include_retracted: Annotated[
        bool, typer.Option("--include-retracted", help="Count retracted publications instead of only listing them.")
    ] = False,
    form: Annotated[
        SummaryFormat, typer.Option("--format", help="svg: a plot of studies by direction of their results.")
    ] = SummaryFormat.text,
    out: OutFile = None,
    folder: Folder = None,
) -> None:
    """Summarise the evidence on a technique.

    Studies are counted by the direction of their results, with the sentences behind every number.
    Names may be ids, labels, synonyms or abbreviations. docs/summaries.md has the rules.

    Examples:
      spinekg summarise vertebroplasty --comparator sham
      spinekg summarise TFESI --indication sciatica --format md -o tfesi.md

    Exit codes: 0 done, also when nothing is found; 2 no such workspace or an unknown name; 69 the workspace is in use.
    """
    from kg.evidence import find_evidence, name_question
    from kg.report import Look, look_of, render, setting_of
    from kg.synthesis import scheme_of
    from kg.synthesis import summarise as synthesise
    from kg.vocabulary import load_vocabulary
    from kg.workspace import open_workspace

    vocabulary = load_vocabulary()
    pico = name_question(vocabulary, technique, indication=indication, outcome=outcome, comparator=comparator)
    scheme = scheme_of(vocabulary, follow_up)
    with open_workspace(home(folder)) as workspace:
        found = find_evidence(workspace, pico, vocabulary)
    summary = synthesise(
        found.evidence, pico, vocabulary=vocabulary, scheme=scheme, include_retracted=include_retracted
    )
    look = Look() if out else look_of(sys.stdout)
    text = render(summary, form.value, vocabulary=vocabulary, setting=setting_of(found, technique), look=look)
    with output(out) as stream:
        stream.write(text.encode())
