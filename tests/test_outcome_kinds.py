"""The groups of outcomes: they are outcomes, they make sense, and a broken file is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

import ingest.cue_files
from ingest.outcome_kinds import OutcomeKinds, outcome_kinds
from kg.errors import SpinekgError
from kg.vocabulary import load_vocabulary

KINDS = asdict(outcome_kinds())


@pytest.mark.parametrize(("kind", "id"), [(kind, id) for kind, ids in KINDS.items() for id in sorted(ids)])
def test_every_id_is_an_outcome_of_the_vocabulary(kind: str, id: str) -> None:
    assert load_vocabulary().concept("outcome", id).id == id, f"{kind}: {id}"


def test_no_group_is_empty() -> None:
    assert min(len(ids) for ids in KINDS.values()) > 0


def test_harms_are_counted_and_have_no_baseline() -> None:
    kinds = outcome_kinds()
    assert kinds.harm <= kinds.counted
    assert kinds.harm <= kinds.process


def test_shares_are_counted_and_have_a_baseline() -> None:
    kinds = outcome_kinds()
    assert kinds.shares <= kinds.counted
    assert not kinds.shares & kinds.process


@pytest.mark.parametrize("id", sorted(outcome_kinds().harm))
def test_less_harm_is_better(id: str) -> None:
    assert load_vocabulary().concept("outcome", id).better_when == "lower"


@pytest.mark.parametrize("id", sorted(outcome_kinds().shares))
def test_a_greater_share_is_better(id: str) -> None:
    assert load_vocabulary().concept("outcome", id).better_when == "higher"


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], OutcomeKinds]]:
    """Return a reader of a file of our own in place of the packaged one."""
    (tmp_path / "cues").mkdir()
    monkeypatch.setattr(ingest.cue_files, "files", lambda _: tmp_path)

    def read(text: str) -> OutcomeKinds:
        (tmp_path / "cues" / "outcome_kinds.toml").write_text(text, encoding="utf-8")
        outcome_kinds.cache_clear()
        return outcome_kinds()

    yield read
    outcome_kinds.cache_clear()


def test_the_groups_are_read(read: Callable[[str], OutcomeKinds]) -> None:
    kinds = read('counted = ["a", "b"]\nprocess = ["b"]\nharm = ["b", "b"]\nshares = []\n')
    assert kinds == OutcomeKinds(
        counted=frozenset("ab"), process=frozenset("b"), harm=frozenset("b"), shares=frozenset()
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("counted = []\nprocess = []\nharm = []\n", "found counted, harm, process"),
        ("counted = []\nprocess = []\nharm = []\nshares = []\nbenefit = []\n", "found benefit, counted, harm"),
        ("", "keys must be counted, process, harm, shares"),
        ("counted = [\n", "Invalid value"),
        ('counted = "pain"\nprocess = []\nharm = []\nshares = []\n', "counted must be a list of ids"),
        ("counted = [1]\nprocess = []\nharm = []\nshares = []\n", "counted must be a list of ids"),
    ],
)
def test_a_broken_file_is_named(read: Callable[[str], OutcomeKinds], text: str, message: str) -> None:
    with pytest.raises(SpinekgError, match=f"cues/outcome_kinds.toml.*{message}"):
        read(text)
