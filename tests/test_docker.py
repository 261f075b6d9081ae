"""The container files, as far as they can be checked without an engine."""

from __future__ import annotations

import fnmatch
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from kg import __version__
from kg.cli.app import app
from kg.config import Neo4jSettings, Settings, load_neo4j_settings, load_settings

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = ROOT / "docker" / "Dockerfile"
COMPOSE = ROOT / "docker" / "compose.yaml"


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile, continued lines joined."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(word.upper(), rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines())]


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    return instructions(DOCKERFILE.read_text("utf-8"))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def service(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"]["spinekg"]
    return found


def copied(steps: list[tuple[str, str]]) -> list[str]:
    """Return what is copied from the checkout."""
    return [
        name
        for word, rest in steps
        if word == "COPY" and not rest.startswith("--from")
        for name in shlex.split(rest)[:-1]
    ]


def test_every_instruction_is_one(steps: list[tuple[str, str]]) -> None:
    known = {"FROM", "ENV", "WORKDIR", "RUN", "COPY", "USER", "VOLUME", "ENTRYPOINT", "CMD"}
    assert {word for word, _ in steps} == known


def test_what_is_copied_exists_and_is_enough_to_build(steps: list[tuple[str, str]]) -> None:
    found = copied(steps)
    assert [name for name in found if not (ROOT / name).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], project["project"]["readme"], "pyproject.toml", "LICENSE"}
    assert needed <= set(found)


def test_what_is_copied_is_not_ignored(steps: list[tuple[str, str]]) -> None:
    rules = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert rules[0] == "*"
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    assert set(copied(steps)) <= let_in
    assert not [name for name in let_in if fnmatch.fnmatch(name, ".*")]


def test_the_base_is_named_and_the_last_stage_has_no_rights(steps: list[tuple[str, str]]) -> None:
    bases = [rest.split()[0] for word, rest in steps if word == "FROM"]
    assert bases == ["python:3.11-slim", "python:3.11-slim"]
    last = steps[max(i for i, (word, _) in enumerate(steps) if word == "FROM") :]
    words = [word for word, _ in last]
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert [rest for word, rest in last if word == "USER"] == ["spinekg"]
    assert [rest for word, rest in last if word == "VOLUME"] == ["/data"]
    assert [rest for word, rest in last if word == "ENTRYPOINT"] == ['["spinekg"]']


def test_dependencies_come_locked(steps: list[tuple[str, str]]) -> None:
    installs = [rest for word, rest in steps if word == "RUN" and "pip install" in rest]
    assert [("--require-hashes" in rest, "--no-deps" in rest) for rest in installs] == [(True, False), (False, True)]


def test_the_service_is_built_from_here(service: dict[str, Any]) -> None:
    build = service["build"]
    context = (COMPOSE.parent / build["context"]).resolve()
    assert context == ROOT
    assert (context / build["dockerfile"]) == DOCKERFILE
    assert service["image"] == f"spinekg:{__version__}"
    assert service["volumes"] == ["data:/data"]


def test_the_service_sets_what_spinekg_reads_and_keeps_no_secret(service: dict[str, Any]) -> None:
    environment = service["environment"]
    assert set(environment) == {f"SPINEKG_{field.upper()}" for field in Settings.__slots__}
    plain = {name: "" if value.startswith("${") else value for name, value in environment.items()}
    assert plain == dict.fromkeys(environment, "") | {"SPINEKG_HOME": "/data"}
    assert load_settings(plain).home == Path("/data")


def test_neo4j_is_the_release_the_tests_run_and_answers_this_computer_alone(compose: dict[str, Any]) -> None:
    server = compose["services"]["neo4j"]
    release = re.search(
        r"<neo4j.version>(\d+\.\d+)\.", (ROOT / "tests" / "servers" / "neo4j" / "pom.xml").read_text("utf-8")
    )
    assert release is not None and server["image"] == f"neo4j:{release[1]}-community"
    assert {port.rpartition(":")[0] for port in server["ports"]} == {"127.0.0.1:7474", "127.0.0.1:7687"}
    assert server["environment"]["NEO4J_AUTH"] == "neo4j/${NEO4J_PASSWORD:-}"
    assert set(compose["volumes"]) == {"data", "neo4j"} and server["volumes"] == ["neo4j:/data"]


def test_neo4j_starts_only_when_it_is_asked_for(compose: dict[str, Any]) -> None:
    profiles = {name: found.get("profiles") for name, found in compose["services"].items()}
    assert profiles == {"spinekg": None, "neo4j": ["neo4j"], "load-neo4j": ["neo4j"]}


def test_the_loader_reaches_the_server_beside_it(compose: dict[str, Any]) -> None:
    loader = compose["services"]["load-neo4j"]
    assert loader["extends"] == {"service": "spinekg"}
    assert loader["depends_on"] == {"neo4j": {"condition": "service_healthy"}}
    plain = loader["environment"] | {"NEO4J_PASSWORD": "given from outside"}
    assert loader["environment"]["NEO4J_PASSWORD"] == "${NEO4J_PASSWORD:-}"
    assert load_neo4j_settings(plain) == Neo4jSettings(uri="bolt://neo4j:7687", password="given from outside")
    done = CliRunner().invoke(app, [*loader["command"], "--help"])
    assert done.exit_code == 0 and "Neo4j server" in done.output
