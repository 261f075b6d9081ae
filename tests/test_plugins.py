"""Plug-ins: found by name, asked after the rules, and never trusted with more than they may say."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plugin_samples import CALM, LOWER, RF, SHAM, SLEEP, Told, offer, proposal, read, trial
from pubmed_xml import abstract, article, article_set
from typer.testing import CliRunner

import kg.update
from ingest.pipeline import EXTRACTOR_VERSION, read_record
from ingest.plugins import GROUP, Plugins, Proposal, Vote, load_plugins
from ingest.plugins.merge import CEILING, fault, merge
from ingest.sentences import split
from kg.cli.app import app
from kg.codec import to_json
from kg.errors import ConfigurationError, TemporaryError, UnknownNameError
from kg.model import Claim, Reading, Record
from kg.update import extract_files, ingest_files
from kg.vocabulary import load_vocabulary
from kg.workspace import open_workspace

ROOT = Path(__file__).resolve().parent.parent
FULL = (
    "Eighty patients with lumbar facet joint pain were randomised to radiofrequency denervation (n = 40) or sham (n = 40). "
    + LOWER
)


def source(folder: Path) -> Path:
    path = folder / "a.xml"
    title = "Radiofrequency denervation or sham for lumbar facet joint pain"
    path.write_bytes(article_set(article(20000001, title, in_article=abstract(FULL))))
    return path


def pain(reading: Reading) -> Claim:
    return next(claim for claim in reading.claims if claim.outcome == "pain-intensity" and claim.basis == "between")


# Finding plug-ins


def test_without_a_name_nothing_is_loaded() -> None:
    for environ in ({}, {"SPINEKG_PLUGINS": ""}, {"SPINEKG_PLUGINS": " , "}):
        assert load_plugins(environ) == Plugins()
    assert Plugins().extractor_version("rules-1") == "rules-1"


def test_without_plugins_a_reading_is_the_same_object() -> None:
    made, reading = read()
    assert Plugins().read(made, reading) is reading


def test_a_package_offers_a_plugin_by_an_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, tmp_path, CALM, "calmpackage", calm="calmpackage:make")
    plugins = load_plugins({"SPINEKG_PLUGINS": "calm,calm", "CALM_VERSION": "2.1"})
    assert [reader.name for reader in plugins.readers] == ["calm"]
    assert plugins.extractor_version("rules-1") == "rules-1+calm-2.1"


def test_an_unknown_name_tells_what_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, tmp_path, CALM, "calmpackage", calm="calmpackage:make")
    with pytest.raises(UnknownNameError, match=r"unknown plug-in 'clam'\. SPINEKG_PLUGINS takes names of .*calm"):
        load_plugins({"SPINEKG_PLUGINS": "clam"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import nowhere_at_all", r"cannot be loaded: ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("make = 7", "cannot be loaded: TypeError"),
        (CALM.replace('"calm", "1"', '"loud", "1"'), "calls itself 'loud', version '1'"),
        (CALM.replace('"CALM_VERSION", "1"', '"CALM_VERSION", "1 beta"'), "version '1 beta'"),
    ],
)
def test_a_broken_plugin_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str) -> None:
    package = f"broken{abs(hash(words))}"
    offer(monkeypatch, tmp_path, text, package, calm=f"{package}:make")
    with pytest.raises(ConfigurationError, match=words) as raised:
        load_plugins({"SPINEKG_PLUGINS": "calm"})
    assert "\n" not in str(raised.value)


def test_two_packages_may_not_offer_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, tmp_path / "a", CALM, "firstcalm", calm="firstcalm:make")
    offer(monkeypatch, tmp_path / "b", CALM, "othercalm", calm="othercalm:make")
    with pytest.raises(ConfigurationError, match="plug-in 'calm' is offered twice"):
        load_plugins({"SPINEKG_PLUGINS": "calm"})


def test_what_this_package_offers_can_be_imported() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"].get("entry-points", {}).get(GROUP)
    if declared is None:
        pytest.skip("pyproject.toml declares no plug-ins")
    assert set(declared) == {"parser", "chat", "component"}
    for value in declared.values():
        module, _, name = value.partition(":")
        assert callable(getattr(import_module(module), name))


# What a vote may do


def test_a_vote_against_lowers_confidence_and_says_so() -> None:
    made, reading = read()
    place = reading.claims.index(pain(reading))
    after = merge(Told([Vote(claim=place, agrees=False, why="by the tree")]), made, reading)
    claim = pain(after)
    assert claim.confidence < pain(reading).confidence
    assert claim.reasons[-1] == "told disagrees: by the tree"
    assert replace(claim, confidence=0, reasons=()) == replace(pain(reading), confidence=0, reasons=())


def test_a_vote_for_is_noted_and_moves_nothing() -> None:
    made, reading = read()
    after = merge(Told([Vote(claim=i, agrees=True) for i in range(len(reading.claims))]), made, reading)
    for before, claim in zip(reading.claims, after.claims, strict=True):
        assert claim == replace(before, reasons=(*before.reasons, "told agrees"))


@given(st.floats(0, 1))
def test_a_vote_against_never_raises_confidence(confidence: float) -> None:
    made, reading = read()
    sure = replace(reading, claims=tuple(replace(claim, confidence=confidence) for claim in reading.claims))
    after = merge(Told([Vote(claim=0, agrees=False)]), made, sure)
    assert all(claim.confidence <= confidence for claim in after.claims)


def test_a_better_that_is_trusted_too_little_after_a_vote_is_left_out() -> None:
    made, reading = read()
    doubtful = replace(reading, claims=tuple(replace(claim, confidence=0.5) for claim in reading.claims))
    place = doubtful.claims.index(pain(doubtful))
    after = merge(Told([Vote(claim=place, agrees=False)]), made, doubtful)
    assert [claim for claim in after.claims if claim.direction == "better" and claim.basis == "between"] == []


def test_only_the_first_vote_on_a_claim_counts_and_odd_places_do_not() -> None:
    made, reading = read()
    one = merge(Told([Vote(claim=0, agrees=False)]), made, reading)
    many = [Vote(claim=n, agrees=False) for n in (0, 0, 0, -1, 99)]
    assert merge(Told(many), made, reading) == one


# What a proposal may do


def test_a_claim_the_rules_do_not_have_is_added_and_marked() -> None:
    made, reading = read()
    after = merge(Told([proposal(confidence=0.99, p="P = 0.01", effect="7 nights", measure="Sleep")]), made, reading)
    (added,) = (claim for claim in after.claims if claim.outcome == "sleep")
    assert set(after.claims) - {added} == set(reading.claims)
    assert added.rule == "told:proposal"
    assert added.reasons == ("read by plug-in told 1, not by the rules", "as told")
    assert added.confidence == CEILING
    assert (added.quote, made.text[added.start : added.end]) == (SLEEP, SLEEP)
    assert (added.comparator_class, added.indications) == ("sham", reading.indications)
    assert (added.p, added.effect, added.measure) == ("P = 0.01", None, "Sleep")


def test_a_proposal_on_a_topic_of_the_rules_is_a_vote() -> None:
    made, reading = read()
    same = proposal(outcome="pain-intensity", quote=LOWER)
    agreed = merge(Told([same]), made, reading)
    assert pain(agreed).reasons[-1] == "told agrees: as told"
    turned = proposal(outcome="pain-intensity", quote=LOWER, procedure=SHAM, comparator=RF, direction="worse")
    assert pain(merge(Told([turned]), made, reading)) == pain(agreed)
    against = merge(Told([replace(same, direction="no-difference")]), made, reading)
    assert pain(against).reasons[-1] == "told disagrees: as told"
    assert pain(against).direction == "better"
    assert len(agreed.claims) == len(against.claims) == len(reading.claims)


def test_a_proposal_never_turns_another_direction_into_better() -> None:
    made, reading = read("Pain did not differ between radiofrequency denervation and sham at 3 months (P = 0.4).")
    assert pain(reading).direction == "no-difference"
    loud = proposal(outcome="pain-intensity", quote=reading.claims[0].quote, confidence=1.0)
    after = merge(
        Told([loud, replace(loud, outcome="back-pain-intensity"), replace(loud, outcome="sleep")]), made, reading
    )
    assert [claim.direction for claim in after.claims] == [claim.direction for claim in reading.claims]


def test_the_same_proposal_twice_is_one_claim() -> None:
    made, reading = read()
    after = merge(Told([proposal(), proposal(direction="worse"), proposal()]), made, reading)
    assert [claim.direction for claim in after.claims if claim.outcome == "sleep"] == ["better"]


REFUSED = [
    ({"quote": "Sleep was splendid in the denervation group."}, "its quote does not stand in the record"),
    ({"quote": "sleep"}, "its quote does not stand in the record"),
    ({"quote": SLEEP, "start": 0}, "its quote does not stand in the record"),
    ({"quote": f"{LOWER} {SLEEP}".lower()}, "its quote does not stand in the record"),
    ({"procedure": "spinal-wishing"}, "its procedure or comparator is not in the vocabulary"),
    ({"comparator": "wishing"}, "its procedure or comparator is not in the vocabulary"),
    ({"outcome": "beauty"}, "its outcome is not in the vocabulary"),
    ({"comparator": None}, "a comparator belongs to basis between, and only there"),
    ({"basis": "within"}, "a comparator belongs to basis between, and only there"),
    ({"basis": "rate", "comparator": None}, "its basis and direction do not go together"),
    ({"direction": "none-observed"}, "its basis and direction do not go together"),
    ({"direction": "superb"}, "its basis and direction do not go together"),
    ({"followup_days": (-7,)}, "its follow-up is not in days"),
    ({"followup_days": (True,)}, "its follow-up is not in days"),
    ({"confidence": 1.2}, "its confidence is not between 0 and 1"),
    ({"confidence": float("nan")}, "its confidence is not between 0 and 1"),
    ({"procedure": "kyphoplasty"}, "its procedure or comparator is not named in the record"),
    ({"comparator": "bracing"}, "its procedure or comparator is not named in the record"),
    ({"quote": "Eighty patients with lumbar facet joint pain were randomised"}, "its quote is not from the results"),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED, ids=[str(changes) for changes, _ in REFUSED])
def test_what_may_not_be_said_is_refused(changes: dict[str, object], reason: str) -> None:
    made, reading = read()
    assert fault(proposal(), made, reading, split(made)) is None
    wrong = proposal(**changes)
    assert fault(wrong, made, reading, split(made)) == reason
    assert merge(Told([wrong]), made, reading) is reading


@pytest.mark.parametrize(
    "sentence",
    [
        "Sleep did not differ between denervation and sham.",
        "Sleep was no better with denervation than with sham.",
        "Denervation was not superior to sham for sleep.",
        "Neither sleep nor mood was better with denervation than with sham.",
        "Sleep was similar with denervation and sham.",
    ],
)
def test_a_better_in_a_sentence_of_no_difference_is_refused(sentence: str) -> None:
    made = trial(f"{LOWER} {sentence}")
    reading = read_record(made)
    for part in (sentence, sentence[-30:]):
        assert fault(proposal(quote=part), made, reading, split(made)) == "its sentence speaks of no difference"


texts = st.text(max_size=30)
anything = st.builds(
    Proposal,
    procedure=st.sampled_from([RF, SHAM, "kyphoplasty"]) | texts,
    comparator=st.none() | st.sampled_from([RF, SHAM]) | texts,
    outcome=st.sampled_from(["pain-intensity", "sleep", "disability"]) | texts,
    basis=st.sampled_from(["between", "within", "rate"]) | texts,  # type: ignore[arg-type]
    direction=st.sampled_from(["better", "worse", "no-difference", "reported", "none-observed"]) | texts,  # type: ignore[arg-type]
    quote=st.sampled_from([LOWER, SLEEP, SLEEP[10:40], ""]) | texts,
    start=st.none() | st.integers(-5, 500),
    p=st.none() | texts,
    followup_days=st.lists(st.integers(-9, 99_999), max_size=2).map(tuple),
    confidence=st.floats(),
)
votes = st.builds(Vote, claim=st.integers(-3, 9), agrees=st.booleans(), why=texts)


@given(st.lists(anything | votes, max_size=6))
@settings(max_examples=150, deadline=None)
def test_whatever_a_plugin_says_a_reading_stays_sound(answers: list[Vote | Proposal]) -> None:
    made, reading = read()
    vocabulary = load_vocabulary()
    after = merge(Told(answers), made, reading)
    assert replace(after, claims=()) == replace(reading, claims=())
    for claim in after.claims:
        assert made.text[claim.start : claim.end] == claim.quote
        assert vocabulary.concept("outcome", claim.outcome).id == claim.outcome
        assert 0 <= claim.confidence <= 1
        own = [
            c
            for c in reading.claims
            if replace(c, confidence=0, reasons=()) == replace(claim, confidence=0, reasons=())
        ]
        assert own or (claim.rule == "told:proposal" and claim.confidence <= CEILING)


# Asked after the rules


def test_only_records_in_scope_that_may_speak_are_shown() -> None:
    told = Told()
    made, reading = read()
    for each in (reading, replace(reading, scope="off"), replace(reading, design="protocol")):
        assert Plugins((told,)).read(made, each) == each
    assert told.asked == [made.pmid]


def test_plugins_are_asked_in_order_and_see_what_came_before() -> None:
    made, reading = read()
    seen: list[int] = []

    def count(record: Record, reading: Reading) -> list[Vote]:
        seen.append(len(reading.claims))
        return []

    Plugins((Told([proposal()]), Told(count, name="count"))).read(made, reading)
    assert seen == [len(reading.claims) + 1]


def test_a_plugin_that_fails_costs_the_record_and_is_named(tmp_path: Path) -> None:
    def fail(record: Record, reading: Reading) -> Iterator[Vote]:
        raise ZeroDivisionError("no tree")

    with open_workspace(tmp_path / "data", create=True) as workspace:
        receipt = ingest_files(workspace, [source(tmp_path)], plugins=Plugins((Told(fail),)))
        (bad,) = workspace.ledger.quarantined()
    assert receipt.quarantined == 1
    assert bad.reason == "plug-in told: ZeroDivisionError: no tree"


def test_a_plugin_that_cannot_be_reached_stops_the_run_and_nothing_is_lost(tmp_path: Path) -> None:
    def away(record: Record, reading: Reading) -> list[Vote]:
        raise TemporaryError("not now")

    with open_workspace(tmp_path / "data", create=True) as workspace:
        with pytest.raises(TemporaryError, match="not now"):
            ingest_files(workspace, [source(tmp_path)], plugins=Plugins((Told(away),)))
        assert workspace.ledger.counts().records == 0
        assert ingest_files(workspace, [source(tmp_path)]).new == 1


def test_another_set_of_plugins_reads_again_and_is_told_in_the_run(tmp_path: Path) -> None:
    told = Plugins((Told(lambda record, reading: [Vote(claim=0, agrees=False)]),))
    with open_workspace(tmp_path / "data", create=True) as workspace:
        first = ingest_files(workspace, [source(tmp_path)])
        assert first.read == 1
        with_plugins = ingest_files(workspace, [source(tmp_path)], plugins=told)
        (row,) = workspace.ledger.rows(["20000001"])
        assert row.run is not None
        assert row.run.extractor_version == f"{EXTRACTOR_VERSION}+told-1"
        assert row.reading is not None
        assert any(claim.reasons[-1] == "told disagrees" for claim in row.reading.claims)
        assert ingest_files(workspace, [source(tmp_path)], plugins=told).unchanged == 1
        kg.update.rebuild(workspace)
        (row,) = workspace.ledger.rows(["20000001"])
    assert with_plugins.read == 1
    assert row.run is not None
    assert row.run.extractor_version == EXTRACTOR_VERSION


def test_extract_without_plugins_gives_the_same_bytes(tmp_path: Path) -> None:
    path = source(tmp_path)
    plain = [to_json(each) for each in extract_files([path])]
    assert [to_json(each) for each in extract_files([path], load_plugins({}))] == plain
    voted = Plugins((Told([Vote(claim=0, agrees=False)]),))
    assert [to_json(each) for each in extract_files([path], voted)] != plain


def test_the_command_line_takes_plugins_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, tmp_path / "site", CALM, "calmpackage", calm="calmpackage:make")
    path, runner = source(tmp_path), CliRunner()

    def extract(**environ: str) -> dict[str, object]:
        done = runner.invoke(app, ["extract", str(path)], env=environ)
        assert done.exit_code == 0, done.output
        found: dict[str, object] = json.loads(done.stdout)
        return found

    plain, calm = extract(), extract(SPINEKG_PLUGINS="calm")
    assert plain != calm
    unknown = runner.invoke(app, ["extract", str(path)], env={"SPINEKG_PLUGINS": "nobody"})
    assert unknown.exit_code == 2


def test_what_a_plugin_reads_is_told_apart_in_the_graph(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    title = "Radiofrequency denervation or sham for lumbar facet joint pain"
    path.write_bytes(article_set(article(20000001, title, in_article=abstract(f"{FULL} {SLEEP}"))))
    query = (
        "PREFIX ev: <https://w3id.org/spinekg/vocab#> SELECT ?version WHERE { GRAPH ?g { ?claim ev:rule 'told:proposal' }"
        " ?software ev:version ?version }"
    )
    with open_workspace(tmp_path / "data", create=True) as workspace:
        ingest_files(workspace, [path], plugins=Plugins((Told([proposal()]),)))
        with workspace.graph() as store:
            versions = {row[0] for row in store.query(query).rows}
    assert f"{EXTRACTOR_VERSION}+told-1" in versions
