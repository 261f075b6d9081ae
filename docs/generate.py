"""Write again what the documentation shows of spinekg: the picture, and the outputs in README.md.

    python docs/generate.py

Everything is run on the bundled sample in a workspace of its own. In README.md, a block of text after the line
``<!-- output of: COMMAND -->`` is what that command prints. ``docs/cli.md`` and ``docs/questions.md`` are written too.
"""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "ingest" / "sample" / "illustrative.xml"
OUTPUT = re.compile(r"(<!-- output of: (spinekg .+?) -->\n```text\n)(.*?)(```)", re.DOTALL)
PICTURE = "spinekg summarise vertebroplasty --format svg"

Run = Callable[[str], str]


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


def pages() -> dict[Path, str]:
    """Return every generated file with what it should hold."""
    from kg.cli.reference import reference_markdown
    from kg.queries.files import load_questions
    from kg.queries.listing import questions_markdown

    with tempfile.TemporaryDirectory() as folder:
        run = runner(Path(folder))
        return {
            ROOT / "README.md": readme((ROOT / "README.md").read_text("utf-8"), run),
            ROOT / "docs" / "images" / "summary.svg": run(PICTURE),
            ROOT / "docs" / "cli.md": reference_markdown(),
            ROOT / "docs" / "questions.md": questions_markdown(load_questions()),
        }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, "utf-8")
