from __future__ import annotations

import sys
from pathlib import Path

import pytest
import servers


def test_a_free_port_is_free() -> None:
    assert 1024 < servers.free_port() < 65536


def test_a_server_that_ends_early_is_told_with_its_words(tmp_path: Path) -> None:
    with (
        pytest.raises(pytest.fail.Exception, match="ended with 3: no such option"),
        servers.running(
            [sys.executable, "-c", "import sys; print('no such option'); sys.exit(3)"], lambda: False, tmp_path / "log"
        ),
    ):
        pass


def test_a_server_that_is_never_ready_is_ended(tmp_path: Path) -> None:
    waiting = [sys.executable, "-c", "import time; time.sleep(60)"]
    with (
        pytest.raises(pytest.fail.Exception, match="is not ready in time"),
        servers.running(waiting, lambda: False, tmp_path / "log", seconds=0.3),
    ):
        pass


def test_a_missing_server_skips_on_a_laptop_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Java here"):
        servers.missing("no Java here")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="CI must have it: no Java here"):
        servers.missing("no Java here")


def test_without_java_or_maven_there_is_nothing_to_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match="needs java"):
        servers.java()
    pom = tmp_path / "nobody" / "pom.xml"
    pom.parent.mkdir()
    pom.write_text("<project/>")
    monkeypatch.setattr(servers, "_BUILD", tmp_path / "build")
    with pytest.raises(pytest.skip.Exception, match="needs mvn"):
        servers.maven_jars(pom.parent)


def test_fuseki_answers_while_the_block_lasts(tmp_path: Path) -> None:
    with servers.fuseki(tmp_path / "fuseki") as url:
        assert servers.answers(f"{url}/sparql?query=ASK%7B%7D")
    assert not servers.answers(f"{url}/sparql?query=ASK%7B%7D")


def test_oxigraph_answers_while_the_block_lasts(tmp_path: Path) -> None:
    with servers.oxigraph(tmp_path / "oxigraph") as url:
        assert servers.answers(f"{url}/query?query=ASK%7B%7D")
    assert not servers.answers(f"{url}/query?query=ASK%7B%7D")
