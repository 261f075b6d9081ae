"""What is installed, not what is checked out: the archives, and the program in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kg import __version__

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., str]


def build(source: Path, into: Path, *options: str) -> None:
    """Build archives with the build backend that is installed: no network."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(into), *options, str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def tracked(*patterns: str) -> set[str]:
    """Return the files of the checkout that match."""
    found = {str(path.relative_to(ROOT)) for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}
    assert found
    return {name for name in found if "__pycache__" not in name}


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the source archive and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (found,) = dist.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the programs of a fresh environment: the locked dependencies and the wheel, nothing for developers."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=120)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    lock = [*pip, "--require-hashes", "-r", str(ROOT / "requirements.lock")]
    done = subprocess.run(lock, capture_output=True, text=True, timeout=540, check=False)
    if done.returncode and "CI" not in os.environ and "HASHES" not in done.stderr:
        pytest.skip(f"the locked dependencies cannot be had: {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stderr
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True, timeout=120)
    return folder / "bin"


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    """Return a function that runs a program of the fresh environment, far from the checkout."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SPINEKG_"))}

    def program(name: str, *arguments: str) -> str:
        done = subprocess.run(
            [str(installed / name), *arguments],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return program


def test_the_wheel_puts_two_names_on_the_import_path(wheel: Path) -> None:
    assert {name.split("/")[0] for name in names(wheel)} == {"kg", "ingest", f"spinekg-{__version__}.dist-info"}


def test_the_wheel_holds_code_and_data(wheel: Path) -> None:
    code = tracked("kg/**/*.py", "ingest/**/*.py", "kg/py.typed", "ingest/py.typed")
    beside_code = tracked("ingest/*.toml", "ingest/cues/*.toml", "ingest/sample/*", "kg/templates/*")
    data = {f"kg/_data/{name}" for name in tracked("ontology/**/*", "queries/**/*")}
    assert code | beside_code | data == {name for name in names(wheel) if ".dist-info/" not in name}


@pytest.mark.parametrize(
    "name",
    ["ingest/searches.toml", "ingest/medline.toml", "ingest/cues/findings.toml", "ingest/sample/illustrative.xml",
     "kg/templates/wording.toml", "kg/_data/ontology/procedures.ttl", "kg/_data/queries/sparql/contradictions.rq"],
)  # fmt: skip
def test_what_the_program_cannot_do_without_is_inside(wheel: Path, name: str) -> None:
    assert name in names(wheel)


def test_the_source_archive_builds_the_wheel_of_the_checkout(wheel: Path, tmp_path: Path) -> None:
    build(ROOT, tmp_path, "--wheel")
    (direct,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(direct) as one, zipfile.ZipFile(wheel) as other:
        assert {item.filename: item.CRC for item in one.infolist()} == {i.filename: i.CRC for i in other.infolist()}


def test_the_source_archive_can_be_tested(dist: Path) -> None:
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        inside = {name.partition("/")[2] for name in file.getnames()}
    wanted = tracked("tests/*.py", "tests/data/*", "docs/*.md", "*.md", "docker/*", "benchmarks/*.py", "*.lock")
    assert wanted | {"Makefile", "pyproject.toml", "LICENSE", "CITATION.cff"} <= inside


def test_version_and_help(run: Run) -> None:
    assert run("spinekg", "--version") == f"spinekg {__version__}\n"
    page = run("spinekg", "--help")
    assert all(f"\n  {verb} " in page for verb in ("fetch", "ingest", "summarise", "show", "query", "export", "info"))


def test_nothing_for_developers_is_needed_or_there(run: Run) -> None:
    code = (
        "import importlib.util as u, kg, sys; print(kg.__file__);"
        " print(*[n for n in ('pytest', 'hypothesis', 'mypy', 'nbclient', 'hatchling') if u.find_spec(n)])"
    )
    where, found = run("python", "-c", code).splitlines()
    assert not Path(where).is_relative_to(ROOT)
    assert found == ""


def test_from_the_sample_to_an_answer(run: Run) -> None:
    sample = "from importlib.resources import files; print(files('ingest') / 'sample' / 'illustrative.xml')"
    said = run("spinekg", "ingest", run("python", "-c", sample).strip())
    annotated = (ROOT / "tests" / "data" / "sample_expected.jsonl").read_text("utf-8").splitlines()
    assert f"{len(annotated)} records" in said
    assert "99000" in run("spinekg", "query", "retracted", "--format", "csv")
    summary = run("spinekg", "summarise", "vertebroplasty", "--comparator", "sham")
    assert "NOT REAL STUDIES" in summary
    assert "Sham procedure" in summary
    assert "extractor" in run("spinekg", "info")
