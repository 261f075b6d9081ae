"""The house rules that a program can check: who imports whom, what importing costs, how long things are."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(path for package in ("kg", "ingest") for path in (ROOT / package).rglob("*.py"))
HEAVY = {
    "spacy",
    "rdflib",
    "pyoxigraph",
    "lxml",
    "httpx2",
    "httpx",
    "scipy",
    "numpy",
    "pydantic",
    "Bio",
    "jinja2",
    "neo4j",
    "ladybug",
    "pyarrow",
    "networkx",
    "matplotlib",
    "pandas",
    "pyshacl",
}

MODULE_LINES = 400
VERB_LINES = 120
USUAL_FUNCTION_LINES = 25
FUNCTION_LINES = 60


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_point_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", ["kg", "ingest", "kg.cli", "kg.cli.app", "kg.model", "kg.ledger", "kg.workspace"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert not HEAVY & set(done.stdout.split())


def test_importing_opens_no_file_and_no_socket() -> None:
    """Nothing but modules is opened: no data, no configuration, no network."""
    code = (
        "import sys\n"
        "def watch(event, args):\n"
        "    if event == 'open' and not str(args[0]).endswith(('.py', '.pyc', '.so')) and isinstance(args[0], str):\n"
        "        print('open', args[0])\n"
        "    if event.startswith('socket.'): print(event)\n"
        "import kg\n"
        "sys.addaudithook(watch)\n"
        "import kg.model, kg.errors, kg.codec, kg.identity, kg.resources, kg.config, kg.vocabulary, kg.ledger\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    ours = [line for line in done.stdout.splitlines() if str(ROOT) in line or line.startswith("socket")]
    assert [line for line in ours if ".venv" not in line] == []


def test_data_folders_are_not_packages() -> None:
    assert [name(path) for kind in ("ontology", "queries", "docker") for path in (ROOT / kind).rglob("*.py")] == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_are_short(path: Path) -> None:
    limit = VERB_LINES if path.parent == ROOT / "kg" / "cli" else MODULE_LINES
    assert len(path.read_text("utf-8").splitlines()) <= limit


def test_functions_are_short() -> None:
    lengths = {where: lines for path in MODULES for where, lines in _functions(path)}
    assert len(lengths) > 100
    assert {where: lines for where, lines in lengths.items() if lines > FUNCTION_LINES} == {}
    long = {where: lines for where, lines in lengths.items() if lines > USUAL_FUNCTION_LINES}
    assert len(long) <= len(lengths) / 10, long


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield every function with the number of lines of its body, the docstring left out."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            yield f"{name(path)}:{node.lineno} {node.name}", lines


def test_a_long_function_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    source = tmp_path / "long.py"
    source.write_text('def f():\n    """Say."""\n' + "    x = 1\n" * 61)
    assert list(_functions(source)) == [("long.py:1 f", 61)]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_say_what_they_are_for(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree), "a module begins with a docstring"
