"""``spinekg network``: what was compared with what."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.files import output
from kg.cli.options import Folder, Format, TableFormat, home
from kg.cli.tables import table_text

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["network"]


def network(
    technique: Annotated[
        str, typer.Argument(metavar="TECHNIQUE", help="A technique, with narrower ones; any: all there are.")
    ],
    indication: Annotated[
        str | None, typer.Option("--indication", metavar="X", help="Only patients with this condition.")
    ] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", metavar="Y", help="Only this outcome.")] = None,
    comparator: Annotated[
        str | None,
        typer.Option("--comparator", metavar="Z", help="Only against this: a procedure, or sham, surgery, usual care."),
    ] = None,
    include_retracted: Annotated[
        bool, typer.Option("--include-retracted", help="Count retracted publications too.")
    ] = False,
    form: TableFormat = Format.table,
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Draw it (.png, .svg) or export it (.graphml, .gexf)."),
    ] = None,
    folder: Folder = None,
) -> None:
    """Show what a technique was compared with, and what that was compared with.

    Each line is a pair that studies compared directly, with the direction of its first side. Below are
    the pairs that no counted study compares, though both were compared with the same. docs/python.md has the rules.

    Examples:
      spinekg network vertebroplasty --outcome pain
      spinekg network SCS --indication 'failed back surgery syndrome' -o scs.png

    Exit codes: 0 done, also when nothing is found; 2 no such workspace, an unknown name or kind of file; 69 the
    workspace is in use.
    """
    from kg.network import find_network, name_comparisons
    from kg.network.writing import form_of, write_to
    from kg.vocabulary import load_vocabulary
    from kg.workspace import open_workspace

    vocabulary = load_vocabulary()
    asked = name_comparisons(
        vocabulary,
        technique,
        indication=indication,
        outcome=outcome,
        comparator=comparator,
        include_retracted=include_retracted,
    )
    kind = form_of(out.name) if out else ""
    with open_workspace(home(folder)) as workspace:
        graph = find_network(workspace, asked, vocabulary)
    if out is not None:
        with output(out) as stream:
            write_to(graph, stream, kind)
        typer.echo(f"{len(graph):,} procedures and {len(graph.edges):,} results written to {out}", err=True)
        return
    typer.echo(_text(graph, form), nl=False)


def _text(graph: nx.MultiGraph[str], form: Format) -> str:
    from kg.network.words import PAIR_COLUMNS, gap_rows, heading, pair_rows, remarks

    if form is Format.csv:
        return table_text(PAIR_COLUMNS, pair_rows(graph), form)
    if form is Format.json:
        return _json(graph)
    parts = ["\n".join(heading(graph)) + "\n"]
    if graph.edges:
        shown = [place for place, name in enumerate(PAIR_COLUMNS) if name != "outcomes"]
        rows = [tuple(row[place] for place in shown) for row in pair_rows(graph)]
        parts.append(table_text([PAIR_COLUMNS[place] for place in shown], rows, form))
    if gaps := gap_rows(graph):
        parts.append("Compared directly by no study counted here, though both were compared with the same:\n")
        parts.append(table_text(("first", "second", "compared_with", "studies"), gaps, form))
    parts.append("\n".join(remarks(graph)) + "\n")
    return "\n".join(parts)


def _json(graph: nx.MultiGraph[str]) -> str:
    from kg.network import components, missing, pairs

    found = {
        "about": graph.graph,
        "procedures": [{"id": id} | about for id, about in graph.nodes(data=True)],
        "results": [about for _, _, about in graph.edges(data=True)],
        "pairs": [asdict(pair) for pair in pairs(graph)],
        "components": components(graph),
        "missing": [asdict(gap) for gap in missing(graph)],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
