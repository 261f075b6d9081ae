"""How a Neo4j server is reached: what is named, what stands in the environment, what stands in a file."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from kg.config import Neo4jSettings, load_neo4j_settings
from kg.errors import ConfigurationError

URI = "bolt://localhost:7687"
FULL = {"NEO4J_URI": URI, "NEO4J_USERNAME": "reader", "NEO4J_PASSWORD": "s3cret/word", "NEO4J_DATABASE": "evidence"}


def test_everything_from_the_environment() -> None:
    assert load_neo4j_settings(FULL) == Neo4jSettings(uri=URI, username="reader", password="s3cret/word", db="evidence")


def test_what_is_named_goes_first_and_the_rest_has_defaults() -> None:
    found = load_neo4j_settings(FULL, uri="neo4j+s://graph.clinic.test", database="other")
    assert (found.uri, found.db) == ("neo4j+s://graph.clinic.test", "other")
    assert load_neo4j_settings({"NEO4J_URI": f" {URI} ", "NEO4J_PASSWORD": "", "NEO4J_DATABASE": " "}) == Neo4jSettings(
        uri=URI
    )
    assert Neo4jSettings(uri=URI) == Neo4jSettings(uri=URI, username="neo4j", password=None, db="neo4j")
    assert load_neo4j_settings({"NEO4J_URI": URI, "NEO4J_PASSWORD": "x"}).username == "neo4j"


def test_the_password_does_not_show() -> None:
    assert "s3cret" not in repr(load_neo4j_settings(FULL)) + str(load_neo4j_settings(FULL))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "neo4j.auth"
    path.write_text("writer/p/w \n")
    path.chmod(0o600)
    return path


def test_a_file_holds_user_and_password(file: Path) -> None:
    named = load_neo4j_settings(FULL, auth_file=file)
    assert (named.username, named.password) == ("writer", "p/w ")
    assert load_neo4j_settings({"NEO4J_URI": URI, "NEO4J_AUTH_FILE": str(file)}).password == "p/w "
    assert load_neo4j_settings(FULL | {"NEO4J_AUTH_FILE": str(file)}).password == "s3cret/word"


def test_a_file_that_everyone_may_read_is_told(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        load_neo4j_settings(FULL, auth_file=file)
        assert caplog.messages == []
        file.chmod(0o644)
        load_neo4j_settings(FULL, auth_file=file)
    assert caplog.messages == [f"{file} holds a password and everyone may read it: chmod 600 it"]


@pytest.mark.parametrize(
    "content", [b"", b"reader", b"reader/", b"/password", b"reader/one\nreader/two\n", b"reader/\xff"]
)
def test_a_file_that_says_nothing_useful_is_named(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(
        ConfigurationError, match=r"the file of credentials .*auth (must hold one line|is not UTF-8)"
    ) as caught:
        load_neo4j_settings(FULL, auth_file=file)
    assert "one" not in str(caught.value).replace("one line", "")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path):
        with pytest.raises(ConfigurationError, match=f"{path} cannot be read"):
            load_neo4j_settings(FULL, auth_file=path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"NEO4J_URI": ""}, "no Neo4j server is named"),
        ({"NEO4J_URI": "http://localhost:7474"}, "must begin with one of bolt"),
        ({"NEO4J_URI": "localhost:7687"}, "must begin with one of bolt"),
        ({"NEO4J_URI": "bolt://"}, "must begin with one of bolt"),
        ({"NEO4J_URI": "bolt://ho st"}, "must begin with one of bolt"),
        ({"NEO4J_URI": "bolt://host:port"}, "must begin with one of bolt"),
        ({"NEO4J_URI": "bolt://me:s3cret@host"}, "holds a user or password"),
        ({"NEO4J_URI": "bolt://me@host"}, "holds a user or password"),
        ({"NEO4J_URI": "neo4j://host/evidence"}, "scheme, host and port only"),
        ({"NEO4J_URI": "neo4j://host?policy=x"}, "scheme, host and port only"),
        ({"NEO4J_PASSWORD": ""}, "NEO4J_USERNAME is set and NEO4J_PASSWORD is not"),
        ({"NEO4J_DATABASE": "two words"}, "the name of a Neo4j database"),
        ({"NEO4J_DATABASE": "x" * 64}, "the name of a Neo4j database"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(changes: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        load_neo4j_settings(FULL | changes)
    assert "s3cret" not in str(caught.value)
