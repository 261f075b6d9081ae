"""The network of comparisons: hand-worked graphs, gaps, files that say what the graph says, the command line."""

from __future__ import annotations

import io
import itertools
import json
import math
from pathlib import Path

import networkx as nx
import pytest
from evidence_samples import annotated_sample, item, sample_evidence
from typer.testing import CliRunner
from workspace_samples import fill

import kg
from kg.cli.app import app
from kg.errors import UnknownNameError, UsageError
from kg.network import (
    Comparisons,
    Gap,
    comparison_network,
    components,
    draw,
    missing,
    name_comparisons,
    pairs,
    write,
)
from kg.network.picture import COLOURS, places
from kg.network.writing import write_to
from kg.synthesis import DIRECTIONS, Evidence
from kg.vocabulary import load_vocabulary

EVIDENCE = (
    item("1", "better", sample_size=80, indications=("osteoporotic-vertebral-fracture",)),
    item("1", "no-difference", outcome="disability", sample_size=80, start=40),
    # Written from the other side: sham worse than vertebroplasty.
    item("2", "worse", procedure="sham-procedure", comparator="vertebroplasty", sample_size=None),
    item("3", "no-difference", procedure="vertebroplasty", comparator="kyphoplasty", sample_size=50),
    item("4", "better", procedure="kyphoplasty", comparator="conservative-care"),
    item("5", "better", retracted=True),
    item("6", "better", design="systematic-review"),
    item("7", "better", comparator="vertebroplasty"),
    item("8", "better", basis="within"),
    item("9", "better", procedure="spinal-cord-stimulation", comparator="medical-management"),
)


def network(*evidence: Evidence, technique: str | None = "vertebroplasty", **asked: object) -> nx.MultiGraph:
    return comparison_network(
        evidence or EVIDENCE,
        Comparisons(technique=technique, **asked),  # type: ignore[arg-type]
        load_vocabulary(),
    )


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("network") / "data", annotated_sample())


# The graph


def test_studies_are_edges_and_procedures_nodes() -> None:
    graph = network()
    assert {(edge["study"], edge["first"], edge["second"], edge["outcome"], edge["direction"]) for *_, edge in
            graph.edges(data=True)} == {
        ("pubmed-1", "vertebroplasty", "sham-procedure", "pain-intensity", "better"),
        ("pubmed-1", "vertebroplasty", "sham-procedure", "disability", "no-difference"),
        ("pubmed-2", "vertebroplasty", "sham-procedure", "pain-intensity", "better"),
        ("pubmed-3", "vertebroplasty", "kyphoplasty", "pain-intensity", "no-difference"),
    }  # fmt: skip
    assert set(graph.nodes) == {"vertebroplasty", "sham-procedure", "kyphoplasty"}
    assert graph.nodes["vertebroplasty"] == {
        "label": "Vertebroplasty",
        "kind": "Interventional spinal procedure",
        "asked": True,
        "studies": 3,
        "participants": 130,
        "without_participants": 1,
    }
    assert graph.nodes["sham-procedure"]["asked"] is False


def test_an_edge_leads_to_its_claims() -> None:
    graph = network()
    (edge,) = [
        each for *_, each in graph.edges(data=True) if each["study"] == "pubmed-1" and each["outcome"] != "disability"
    ]
    assert edge == {
        "study": "pubmed-1",
        "first": "vertebroplasty",
        "second": "sham-procedure",
        "outcome": "pain-intensity",
        "outcome_label": "Pain intensity",
        "direction": "better",
        "comparator_class": "sham",
        "design": "randomised-trial",
        "participants": 80,
        "retracted": False,
        "illustrative": False,
        "indications": ("osteoporotic-vertebral-fracture",),
        "pmids": ("1",),
        "claims": (EVIDENCE[0].claim_id,),
    }


def test_what_was_asked_and_left_out_is_said() -> None:
    assert network().graph == {
        "technique": "vertebroplasty",
        "indication": None,
        "outcome": None,
        "comparator": None,
        "comparator_class": None,
        "include_retracted": False,
        "studies": 3,
        "publications": 3,
        "illustrative": False,
        "not_counted": {"retracted": 1, "secondary": 1, "variant": 1},
    }


def test_retracted_studies_count_when_asked_for() -> None:
    graph = network(include_retracted=True)
    assert graph.graph["not_counted"] == {"secondary": 1, "variant": 1}
    assert [edge["study"] for *_, edge in graph.edges(data=True) if edge["retracted"]] == ["pubmed-5"]


def test_without_a_technique_all_hang_in() -> None:
    graph = network(technique=None)
    assert components(graph) == (
        ("conservative-care", "kyphoplasty", "sham-procedure", "vertebroplasty"),
        ("medical-management", "spinal-cord-stimulation"),
    )
    assert not any(asked for _, asked in graph.nodes(data="asked"))


def test_what_the_neighbours_were_compared_with_each_other_is_in() -> None:
    other = item("10", "worse", procedure="kyphoplasty", comparator="sham-procedure")
    graph = network(*EVIDENCE, other)
    assert graph.has_edge("kyphoplasty", "sham-procedure")
    assert "conservative-care" not in graph


@pytest.mark.parametrize(
    ("asked", "studies"),
    [
        ({"outcome": "pain-intensity"}, {"pubmed-1", "pubmed-2", "pubmed-3"}),
        ({"outcome": "disability"}, {"pubmed-1"}),
        ({"indication": "vertebral-fracture"}, {"pubmed-1"}),
        ({"indication": "osteoporotic-vertebral-fracture", "outcome": "disability"}, set()),
        ({"comparator": "kyphoplasty"}, {"pubmed-3"}),
        ({"comparator_class": "placebo-or-sham"}, {"pubmed-1", "pubmed-2"}),
        ({"comparator_class": "surgery"}, set()),
    ],
)
def test_only_what_is_asked_is_in(asked: dict[str, str], studies: set[str]) -> None:
    assert {edge["study"] for *_, edge in network(**asked).edges(data=True)} == studies


def test_narrower_techniques_belong_to_the_question() -> None:
    graph = network(technique="vertebral-augmentation")
    assert [node for node, asked in graph.nodes(data="asked") if asked] == ["vertebroplasty", "kyphoplasty"]
    assert "conservative-care" in graph


def test_reports_of_one_study_are_one_edge() -> None:
    one = item("1", "better", study="NCT00000001", sample_size=40)
    two = item("2", "worse", study="NCT00000001", sample_size=60)
    graph = network(one, two)
    ((_, _, edge),) = graph.edges(data=True)
    assert (edge["direction"], edge["participants"], edge["pmids"]) == ("mixed", 60, ("1", "2"))


def test_most_decide_which_side_comes_first() -> None:
    written = [item(pmid, "better", procedure="kyphoplasty", comparator="vertebroplasty") for pmid in ("1", "2")]
    graph = network(*written, item("3", "better", comparator="kyphoplasty"), technique=None)
    (pair,) = pairs(graph)
    assert (pair.first, pair.results["better"], pair.results["worse"]) == ("kyphoplasty", 2, 1)
    (asked,) = pairs(network(*written, technique="vertebroplasty"))
    assert (asked.first, asked.results["better"], asked.results["worse"]) == ("vertebroplasty", 0, 2)


def test_the_order_of_the_evidence_does_not_matter() -> None:
    shuffled = sorted(sample_evidence(), key=lambda item: item.claim_id[::-1])
    one = network(*sample_evidence(), technique=None)
    other = network(*shuffled, *shuffled[:50], technique=None)
    assert list(one.nodes(data=True)) == list(other.nodes(data=True))
    assert list(one.edges(keys=True, data=True)) == list(other.edges(keys=True, data=True))
    assert one.graph == other.graph
    assert len(one.edges) > 100


def test_nothing_found_is_the_technique_alone() -> None:
    graph = network(*EVIDENCE, technique="kyphoplasty", indication="spondylolisthesis")
    assert list(graph.nodes) == ["kyphoplasty"]
    assert pairs(graph) == missing(graph) == ()


# Pairs and gaps


def test_pairs_count_each_study_once() -> None:
    sham, kyphoplasty = pairs(network())
    assert (sham.first, sham.second, sham.studies, sham.trials) == ("vertebroplasty", "sham-procedure", 2, 2)
    assert (sham.participants, sham.without_participants) == (80, 1)
    assert sham.results == dict.fromkeys(DIRECTIONS, 0) | {"better": 2, "no-difference": 1}
    assert (sham.pmids, sham.outcomes) == (("1", "2"), ("disability", "pain-intensity"))
    assert (kyphoplasty.second, kyphoplasty.studies) == ("kyphoplasty", 1)


def test_what_was_never_compared_is_found() -> None:
    assert missing(network(technique=None)) == (
        Gap(first="kyphoplasty", second="sham-procedure", through=("vertebroplasty",), studies=3),
        Gap(first="conservative-care", second="vertebroplasty", through=("kyphoplasty",), studies=2),
    )


def test_a_wider_or_narrower_procedure_is_no_gap() -> None:
    evidence = (
        item("1", "better", procedure="burst-spinal-cord-stimulation", comparator="sham-procedure"),
        item("2", "better", procedure="burst-spinal-cord-stimulation", comparator="medical-management"),
        item("3", "better", procedure="spinal-cord-stimulation", comparator="medical-management"),
        item("4", "better", procedure="spinal-cord-stimulation", comparator="other-surgery"),
        item("5", "better", procedure="vertebroplasty", comparator="other-surgery"),
    )
    # Burst stimulation is spinal cord stimulation, so the wider one was compared with sham as well; "other surgery"
    # may be two different operations.
    found = [(gap.first, gap.second) for gap in missing(network(*evidence, technique=None))]
    assert found == [("medical-management", "sham-procedure")]


# Files


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_exports_say_what_the_graph_says(tmp_path: Path, form: str) -> None:
    graph = network()
    write(graph, tmp_path / f"network.{form}")
    again = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[form](tmp_path / f"network.{form}")
    assert set(again.nodes) == set(graph.nodes)
    assert again.nodes["vertebroplasty"]["participants"] == 130
    assert again.nodes["vertebroplasty"]["asked"] == "true"
    found = sorted(
        (edge["study"], edge["outcome"], edge["direction"], edge["pmids"]) for *_, edge in again.edges(data=True)
    )
    assert found == sorted(
        (edge["study"], edge["outcome"], edge["direction"], "; ".join(edge["pmids"]))
        for *_, edge in graph.edges(data=True)
    )
    unknown = [edge for *_, edge in again.edges(data=True) if edge["study"] == "pubmed-2"]
    assert "participants" not in unknown[0]


@pytest.mark.parametrize("form", ["png", "svg", "graphml", "gexf"])
def test_equal_networks_give_equal_files(form: str) -> None:
    one, other = io.BytesIO(), io.BytesIO()
    write_to(network(), one, form)
    write_to(network(*reversed(EVIDENCE)), other, form)
    assert one.getvalue() == other.getvalue() != b""


@pytest.mark.parametrize("technique", ["vertebroplasty", "vertebral-augmentation", None, "kyphoplasty"])
def test_pictures_hold_every_name_and_the_caption(tmp_path: Path, technique: str | None) -> None:
    graph = network(technique=technique)
    draw(graph, tmp_path / "network.svg")
    text = " ".join((tmp_path / "network.svg").read_text("utf-8").split())
    assert all(
        f"({about['studies']})" in text and about["label"].split()[0] in text for _, about in graph.nodes(data=True)
    )
    assert "risk of bias" in text
    assert "NOT REAL STUDIES" not in text
    for direction in {edge["direction"] for *_, edge in graph.edges(data=True)}:
        assert f"stroke: {COLOURS[direction]}" in text


def test_an_empty_network_can_be_drawn(tmp_path: Path) -> None:
    draw(network(*EVIDENCE[:1], technique="kyphoplasty"), tmp_path / "none.png")
    assert (tmp_path / "none.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_of_invented_studies_says_so(tmp_path: Path) -> None:
    draw(network(item("1", illustrative=True)), tmp_path / "network.svg")
    assert "NOT REAL STUDIES" in (tmp_path / "network.svg").read_text("utf-8")


def test_no_two_procedures_stand_in_one_place() -> None:
    graph = network(*sample_evidence(), technique=None)
    found = [(round(x, 6), round(y, 6)) for x, y in places(graph).values()]
    assert len(set(found)) == len(found) == len(graph)
    assert places(network())["vertebroplasty"] == (0.0, 0.0)


# What is seen without one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
SIGHT = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
XYZ = ((0.4339, 0.3762, 0.1886), (0.2126, 0.7152, 0.0722), (0.0177, 0.1095, 0.8729))
"""From linear sRGB, divided by the white D65."""


def lab(colour: str, sight: str) -> tuple[float, float, float]:
    """Return a colour in CIELAB as someone sees it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    for matrix in (SIGHT[sight], XYZ):
        linear = [min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0), 1) for row in matrix]
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in linear)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("sight", SIGHT)
def test_colours_are_told_apart_whatever_the_sight(sight: str) -> None:
    seen = {name: lab(colour, sight) for name, colour in COLOURS.items()}
    near = {pair: math.dist(seen[pair[0]], seen[pair[1]]) for pair in itertools.combinations(seen, 2)}
    assert {pair: distance for pair, distance in near.items() if distance < 25} == {}


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"the name must end in \.png, \.svg, \.graphml, \.gexf"):
        write(network(), tmp_path / "network.pdf")
    with pytest.raises(UsageError, match=r"is no picture: the name must end in \.png or \.svg"):
        draw(network(), tmp_path / "network.gexf")
    with pytest.raises(UsageError, match=r"cannot write .*: No such file"):
        write(network(), tmp_path / "nowhere" / "network.gexf")


# From a workspace


def test_a_workspace_gives_the_network_of_its_claims(sample: Path) -> None:
    with kg.open(sample) as ws:
        for technique, names in (
            ("SCS", {}),
            (None, {"outcome": "pain"}),
            ("any", {}),
            ("PVP", {"comparator": "sham"}),
        ):
            asked = name_comparisons(load_vocabulary(), technique, **names)
            found, wanted = (
                ws.graph(technique, **names),
                comparison_network(sample_evidence(), asked, load_vocabulary()),
            )
            assert list(found.edges(keys=True, data=True)) == list(wanted.edges(keys=True, data=True))
            assert list(found.nodes(data=True)) == list(wanted.nodes(data=True))
            assert found.graph == wanted.graph
            assert found.edges
        with pytest.raises(UnknownNameError, match="unknown procedure 'wishing'"):
            ws.graph("wishing")


def spinekg(folder: Path, *arguments: str):
    return CliRunner().invoke(app, ["network", *arguments, "--dir", str(folder)])


def test_the_command_prints_pairs_gaps_and_what_they_are(sample: Path) -> None:
    done = spinekg(sample, "SCS", "--outcome", "pain")
    assert done.exit_code == 0
    assert done.stdout.startswith(
        "What was compared with what: Spinal cord stimulation (outcome: Pain intensity)\n*** NOT REAL"
    )
    with kg.open(sample) as ws:
        graph = ws.graph("SCS", outcome="pain")
    for pair in pairs(graph):
        assert f"{graph.nodes[pair.first]['label']} " in done.stdout
        assert "; ".join(pair.pmids) in done.stdout
    assert "Compared directly by no study counted here" in done.stdout
    assert "risk of bias was not assessed" in done.stdout


def test_the_command_prints_json_and_csv(sample: Path) -> None:
    found = json.loads(spinekg(sample, "SCS", "--format", "json").stdout)
    assert found["about"]["illustrative"] is True
    assert {result["study"] for result in found["results"]} >= {"pubmed-99000032"}
    assert len(found["pairs"]) == len(spinekg(sample, "SCS", "--format", "csv").stdout.splitlines()) - 1
    assert found["components"][0]
    assert found["missing"]


def test_the_command_says_when_there_is_nothing(sample: Path) -> None:
    done = spinekg(sample, "IDET", "--comparator", "surgery", "--indication", "vertebral fracture")
    assert done.exit_code == 0
    assert "Nothing found" in done.stdout


def test_the_command_writes_files(sample: Path, tmp_path: Path) -> None:
    done = spinekg(sample, "SCS", "-o", str(tmp_path / "scs.graphml"))
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.endswith(f"results written to {tmp_path / 'scs.graphml'}\n")
    assert len(nx.read_graphml(tmp_path / "scs.graphml")) > 3
    wrong = spinekg(sample, "SCS", "-o", str(tmp_path / "scs.pdf"))
    assert wrong.exit_code == 2
    assert not (tmp_path / "scs.pdf").exists()
