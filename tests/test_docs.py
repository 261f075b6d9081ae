"""What the documentation promises: its commands run, its links lead somewhere, its lists are complete."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest
import typer
import yaml

from ingest.pubmed import named_search
from kg import __version__
from kg.cli.app import app
from kg.config import load_settings
from kg.evidence import name_question
from kg.queries import load_questions, question
from kg.vocabulary import load_vocabulary

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "ingest" / "sample" / "README.md"])
FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:[A-Z_]+=\S+ )*(?:\S*/)?(spinekg .+)$")
TOP = typer.main.get_command(app)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def commands(text: str) -> Iterator[str]:
    """Yield the commands of a page: lines of blocks that begin with spinekg, and those in backticks in a line."""
    for fence in FENCE.finditer(text):
        if fence["kind"] in {"", "sh", "bash", "console"} or "\nUsage: " in f"\n{fence['text']}":
            for line in fence["text"].replace("\\\n", " ").splitlines():
                if found := COMMAND.match(line.strip()):
                    yield found[1].partition(" | ")[0].partition(" > ")[0].partition("  #")[0]
    yield from re.findall(r"<!-- output of: (spinekg .+?) -->", text)


def makefile_commands() -> list[str]:
    lines = (ROOT / "Makefile").read_text("utf-8").replace("$(SPINEKG)", "spinekg").replace("$(DEMO)", "demo-data")
    return [found.strip() for found in re.findall(r"\bspinekg (?:\S+ |'[^']*' )+?(?=  |\n|$)", lines) if "--" in found]


ALL = [(name(page), command) for page in PAGES for command in commands(page.read_text("utf-8"))]
ALL += [("Makefile", command) for command in makefile_commands()]


def placeholder(text: str) -> bool:
    """Tell whether a word stands for another: TECHNIQUE, NAME."""
    return text.isupper() and text.isalpha() and text not in {"TFESI", "SCS"}


def test_there_are_commands_to_check() -> None:
    assert {page for page, _ in ALL} >= {"README.md", "docs/fetching.md", "docs/summaries.md", "Makefile"}
    assert len(ALL) > 25


@pytest.mark.parametrize(("page", "command"), ALL, ids=[f"{page}: {command}" for page, command in ALL])
def test_commands_parse_and_name_what_exists(page: str, command: str) -> None:
    _, verb, *arguments = shlex.split(command)
    if verb in {"--help", "--version"}:
        return
    assert isinstance(TOP, click.Group) or hasattr(TOP, "commands")
    with TOP.make_context("spinekg", [verb], resilient_parsing=True) as top:
        found = TOP.get_command(top, verb)
        assert found is not None, f"{page}: no such command: {verb}"
        with found.make_context(verb, arguments, parent=top) as context:
            check_names(verb, context.params)


def check_names(verb: str, given: dict[str, object]) -> None:
    """Raise UnknownNameError for a question, parameter, search or concept that does not exist."""
    words = {key: value for key, value in given.items() if isinstance(value, str) and not placeholder(value)}
    if verb == "query" and "name" in words:
        asked = question(words["name"])
        names = {text.partition("=")[0] for text in given["param"] or ()}  # type: ignore[attr-defined]
        assert names <= {parameter.name for parameter in asked.params}
    if verb == "fetch":
        for search in given["search"] or ():  # type: ignore[attr-defined]
            assert placeholder(search) or named_search(search)
    if verb == "summarise" and "technique" in words:
        options = {key: words.get(key) for key in ("indication", "outcome", "comparator")}
        assert name_question(load_vocabulary(), words["technique"], **options)


def test_a_wrong_command_would_be_found() -> None:
    with pytest.raises(Exception, match="no-such"):
        test_commands_parse_and_name_what_exists("page", "spinekg query no-such")
    with pytest.raises(Exception, match="frobnicate"):
        test_commands_parse_and_name_what_exists("page", "spinekg info --frobnicate")
    with pytest.raises(AssertionError, match="no such command"):
        test_commands_parse_and_name_what_exists("page", "spinekg forget")


def verbs() -> list[str]:
    with TOP.make_context("spinekg", [], resilient_parsing=True) as top:
        return TOP.list_commands(top)  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("verb", verbs())
def test_every_command_is_in_the_readme_and_the_reference(verb: str) -> None:
    assert f"spinekg {verb}" in (ROOT / "README.md").read_text("utf-8")
    assert f"\n## spinekg {verb}\n" in (ROOT / "docs" / "cli.md").read_text("utf-8")


def test_every_question_is_listed() -> None:
    page = (ROOT / "docs" / "questions.md").read_text("utf-8")
    listed = re.findall(r"^## (\S+)$", page, re.MULTILINE)
    assert listed == [q.name for q in load_questions()]


@pytest.mark.parametrize("kind", ["procedure", "indication", "outcome", "comparator-class", "design"])
def test_every_concept_is_listed(kind: str) -> None:
    page = (ROOT / "docs" / "vocabulary.md").read_text("utf-8")
    concepts = load_vocabulary().by_kind[kind].values()  # type: ignore[index]
    assert concepts
    assert [c.id for c in concepts if f"| {c.label} | `{c.id}` |" not in page.replace("· ", "")] == []


def test_every_setting_is_documented() -> None:
    text = "".join(page.read_text("utf-8") for page in PAGES)
    settings = load_settings({})
    assert [field for field in type(settings).__slots__ if f"`SPINEKG_{field.upper()}`" not in text] == []


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as hosting sites make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        assert file.exists(), f"{name(page)}: {target}"
        if anchor:
            assert anchor in anchors(file.read_text("utf-8")), f"{name(page)}: {target}"


def _stages(text: str) -> list[tuple[str, list[str]]]:
    """Return the stages of the extractor and the modules named for each."""
    table = text.split("| stage | modules | gives |\n", 1)[1].split("\n\n", 1)[0]
    rows = [line.strip("|").split("|") for line in table.splitlines()[1:]]
    return [(cells[0].strip(), re.findall(r"`(\w+)`", cells[1])) for cells in rows]


def test_every_module_of_the_extractor_has_one_place_in_its_table() -> None:
    """What fetches records and takes them apart has pages of its own."""
    page = (ROOT / "docs" / "extraction.md").read_text("utf-8")
    stages = _stages(page)
    names = [stage for stage, _ in stages]
    assert names == list(dict.fromkeys(names))
    named = [module for _, modules in stages for module in modules]
    assert named == list(dict.fromkeys(named))
    elsewhere = re.compile(r"medline|pubmed|fetch_|searches|query_syntax|pipeline|__init__|cue_files|needed|screened")
    there = {path.stem for path in (ROOT / "ingest").glob("*.py") if not elsewhere.match(path.stem)}
    assert set(named) == there


def test_files_named_in_the_readme_exist() -> None:
    named = re.findall(r"`((?:kg|ingest|ontology|queries|docs|tests|benchmarks|docker)/[\w./-]*)`", readme())
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def readme() -> str:
    return (ROOT / "README.md").read_text("utf-8")


def test_the_version_is_the_same_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == __version__
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest
    assert newest[1].rstrip(",") == __version__


def test_every_make_target_is_explained() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = set(" ".join(re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)).split())
    assert phony == set(re.findall(r"^([a-z]+):.*## \S", text, re.MULTILINE))
    assert {"demo", "test", "check", "score", "golden", "wheel"} <= phony
    used = {word for page in PAGES for word in re.findall(r"(?:`|^)make ([a-z]+)", page.read_text("utf-8"), re.M)}
    assert used
    assert used <= phony


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_current(generate: ModuleType) -> None:
    pages: dict[Path, str] = generate.pages()
    assert len(pages) > 8
    assert [name(path) for path, text in pages.items() if path.read_text("utf-8") != text] == [], "run 'make docs'"


def test_pictures_load_nothing_from_elsewhere() -> None:
    for picture in (ROOT / "docs" / "images").glob("*.svg"):
        text = picture.read_text("utf-8")
        assert re.findall(r"https?://[^\s\"'<>)]+", text) == ["http://www.w3.org/2000/svg"]
        assert not re.search(r"<script|@import|url\((?!#)|<image", text)


def tracked() -> list[Path]:
    """Return the text files that git knows."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a checkout of git")
    return [path for path in (ROOT / item for item in done.stdout.split("\0") if item) if path.is_file()]


ELSEWHERE = {
    "a path of one machine": re.compile(r"(?:^|[\s\"'`(=:])/(?:work|root|farm)/\w"),
    "the address of a package registry": re.compile(
        r"py" + r"pi\.org|pythonhosted\.|npm" + r"js\.|crates\.io/api|proxy\.golang|repo1\.maven|deb\.debian\."
    ),
    "the circumstances of its making": re.compile(
        r"\b(?:this|last|next|my|our|previous) (?:session|brief|turn)\b", re.I
    ),
}


@pytest.mark.parametrize(("what", "pattern"), ELSEWHERE.items(), ids=list(ELSEWHERE))
def test_files_speak_of_the_project_alone(what: str, pattern: re.Pattern[str]) -> None:
    found = []
    for path in tracked():
        lines = path.read_text("utf-8", errors="replace").splitlines()
        found += [f"{name(path)}:{i}: {line.strip()[:120]}" for i, line in enumerate(lines, 1) if pattern.search(line)]
    assert found == [], what


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a path of one machine", 'open("/ro' + 'ot/file")'),
        ("the address of a package registry", "--index-url https://py" + "pi.org/simple"),
        ("the circumstances of its making", "done in the previous " + "session"),
    ],
)
def test_what_does_not_belong_would_be_found(what: str, text: str) -> None:
    assert ELSEWHERE[what].search(text)


AVOIDED = (
    "document", "paragraph", "tombstone", "entity", "trigger", "snippet", "excerpt", "assertion", "fact", "treatment",
    "exposure", "therapy", "disease", "diagnosis", "population", "endpoint", "polarity", "sentiment", "relevance",
    "database", "repository", "subgraph", "fixtures", "alias",
)  # fmt: skip
"""Words of the glossary's last column that mean only what the glossary has another word for."""


def test_the_words_to_avoid_are_those_of_the_glossary() -> None:
    column = " ".join(re.findall(r"^\| \*\*.*\|.*\|(.*)\|$", (ROOT / "GLOSSARY.md").read_text("utf-8"), re.MULTILINE))
    assert set(AVOIDED) <= set(re.findall(r"\w+", column))


def test_names_in_code_are_those_of_the_glossary() -> None:
    found = [
        f"{name(path)}:{line} {identifier}"
        for package in ("kg", "ingest")
        for path in (ROOT / package).rglob("*.py")
        for line, identifier in names_defined(path.read_text("utf-8"))
        if set(re.findall(r"[a-z]+", re.sub(r"([A-Z])", r"_\1", identifier).lower())) & set(AVOIDED)
    ]
    assert found == []


def names_defined(source: str) -> Iterator[tuple[int, str]]:
    """Yield the functions, classes and fields a module defines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.lineno, node.target.id


def test_a_word_to_avoid_would_be_found() -> None:
    assert list(names_defined("class DiseaseFact:\n    x: int\ndef f(): ...")) == [
        (1, "DiseaseFact"),
        (3, "f"),
        (2, "x"),
    ]


@pytest.mark.shared
def test_no_text_of_a_real_abstract_is_here(shared: Path) -> None:
    tracked()
    command = [sys.executable, str(shared / "checks" / "foreign_text.py"), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.shared
def test_the_vocabulary_is_that_of_the_contract(shared: Path) -> None:
    rows = (shared / "contract" / "concepts.tsv").read_text("utf-8").splitlines()[1:]
    known = load_vocabulary().by_kind
    missing = [row for row in rows if row.split("\t")[1] not in known[row.split("\t")[0]]]  # type: ignore[index]
    assert rows
    assert missing == []
