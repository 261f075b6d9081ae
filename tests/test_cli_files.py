"""Output files: whole and under their name, or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg.cli.files import output
from kg.errors import UsageError


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with output(path) as stream:
        stream.write(b"first")
        assert not path.exists()
    assert path.read_bytes() == b"first"
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    path.chmod(0o600)
    with pytest.raises(KeyboardInterrupt), output(path) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    with output(path) as stream:
        stream.write(b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)


@pytest.mark.parametrize(("name", "words"), [("", "it is not a file"), ("none/out.csv", "No such file or directory")])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(UsageError, match=rf"^cannot write .*: {words}"), output(tmp_path / name):
        pass


def test_without_a_file_it_is_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for path in (None, Path("-")):
        with output(path) as stream:
            stream.write(b"line\n")
    assert capfdbinary.readouterr().out == b"line\nline\n"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
