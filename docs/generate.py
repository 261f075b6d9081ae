"""Write again what the documentation shows of spinekg: the picture, and the outputs in README.md.

    python docs/generate.py

Everything is run on the bundled sample in a workspace of its own. In README.md, a block of text after the line
``<!-- output of: COMMAND -->`` is what that command prints. ``docs/cli.md``, ``docs/questions.md``,
``docs/vocabulary.md`` and ``docs/gallery/`` are written too, and what ``docs/ontology_release.py`` and
``docs/accuracy_page.py`` make.
"""

from __future__ import annotations

import os
import re
import runpy
import shlex
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.vocabulary import Concept, Kind, Vocabulary

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "ingest" / "sample" / "illustrative.xml"
OUTPUT = re.compile(r"(<!-- output of: (spinekg .+?) -->\n```text\n)(.*?)(```)", re.DOTALL)
PICTURE = "spinekg summarise vertebroplasty --format svg"

LISTED: tuple[tuple[Kind, str, str], ...] = (
    ("procedure", "Procedures", "`spinekg summarise` takes any of them; one that stands under another is narrower."),
    ("indication", "Indications", "The conditions of patients: `--indication`."),
    ("outcome", "Outcomes", "What is measured: `--outcome`. The last column says which way is better for the patient."),
    ("comparator-class", "Comparator classes", "Kinds of comparison: `--comparator`, beside procedures."),
    ("design", "Designs", "Kinds of study: the parameter `design` of questions."),
)
"""The kinds of concepts that a user names."""

BETTER = {"lower": "less", "higher": "more", "neither": "neither", "varies": "depends on what is measured", None: ""}
SHORT, LONG = 2, 3
"""How many abbreviations and other names of a concept are shown."""

HEAD = """# Vocabulary

What spinekg knows by name, made from `ontology/` by `make docs`; a test keeps it current. Each concept has many more
names than the few shown: any of them, a plural or another spelling will do on the command line, and a near miss gets
suggestions. [CONTRIBUTING](../CONTRIBUTING.md) shows how to add one.
"""

Run = Callable[[str], str]


def vocabulary(known: Vocabulary) -> str:
    """Return the page of every concept that a user can name."""
    parts = [HEAD]
    for kind, title, note in LISTED:
        concepts = known.by_kind[kind]
        more, line = (" better |", "---|") if kind == "outcome" else ("", "")
        parts += [f"\n## {title}\n\n{note}\n\n| | id | also called |{more}\n|---|---|---|{line}\n"]
        parts += [_row(concept, depth) for concept, depth in tree(list(concepts.values()))]
    return "".join(parts)


def tree(concepts: list[Concept], under: str | None = None, depth: int = 0) -> list[tuple[Concept, int]]:
    """Return the concepts under one, each followed by those under it, with their depth."""
    found = []
    for concept in sorted((c for c in concepts if c.broader == under), key=lambda c: c.label.casefold()):
        found += [(concept, depth), *tree(concepts, concept.id, depth + 1)]
    return found


def _row(concept: Concept, depth: int) -> str:
    names = [*concept.abbreviations[:SHORT], *concept.alt_labels[:LONG]]
    better = f" {BETTER[concept.better_when]} |" if concept.kind == "outcome" else ""
    return f"| {'· ' * depth}{concept.label} | `{concept.id}` | {', '.join(names)} |{better}\n"


def runner(workspace: Path) -> Run:
    """Return a function that runs a command line on the sample and returns what it prints."""
    from typer.testing import CliRunner

    from kg.cli.app import app

    def run(command: str) -> str:
        program, *arguments = shlex.split(command)
        if program != "spinekg":
            raise ValueError(f"not a command of spinekg: {command}")
        environment = {"SPINEKG_HOME": str(workspace), "COLUMNS": "110", "NO_COLOR": "1", "TERM": "dumb"}
        done = CliRunner(env={**dict.fromkeys(os.environ, None), **environment}).invoke(app, arguments)
        if done.exit_code:
            raise RuntimeError(f"{command}: {done.output.strip() or done.exception!r}")
        return "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n"

    run(f"spinekg ingest {shlex.quote(str(SAMPLE))}")
    return run


def readme(text: str, run: Run) -> str:
    """Return README.md with every output as the program prints it now."""
    return OUTPUT.sub(lambda found: found[1] + run(found[2]) + found[4], text)


def questions(workspace: Path) -> str:
    """Return the page of the questions, each with what it answers on the sample."""
    from kg.queries import ask, load_questions
    from kg.queries.listing import example_params, questions_markdown
    from kg.workspace import open_workspace

    asked = load_questions()
    with open_workspace(workspace) as opened, opened.graph() as store:
        return questions_markdown(asked, {each.name: ask(store, each, example_params(each)) for each in asked})


def pages() -> dict[Path, str]:
    """Return every generated file with what it should hold."""
    from kg.cli.reference import reference_markdown
    from kg.queries import load_questions
    from kg.queries.gallery import gallery
    from kg.vocabulary import load_vocabulary

    examples = gallery(load_questions())
    with tempfile.TemporaryDirectory() as folder:
        run = runner(Path(folder))
        return {
            ROOT / "README.md": readme((ROOT / "README.md").read_text("utf-8"), run),
            ROOT / "docs" / "images" / "summary.svg": run(PICTURE),
            ROOT / "docs" / "cli.md": reference_markdown(),
            ROOT / "docs" / "questions.md": questions(Path(folder)),
            ROOT / "docs" / "vocabulary.md": vocabulary(load_vocabulary()),
            **runpy.run_path(str(ROOT / "docs" / "ontology_release.py"))["pages"](),
            **runpy.run_path(str(ROOT / "docs" / "accuracy_page.py"))["pages"](),
            **{ROOT / "docs" / "gallery" / name: text for name, text in examples.items()},
        }


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
