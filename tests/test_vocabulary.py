"""The vocabulary: the loader, look-up by name, and the consistency of the shipped Turtle files."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError, UnknownNameError
from kg.resources import data
from kg.vocabulary import Concept, Vocabulary, load_vocabulary, normalise, read_vocabulary

VOCABULARY = load_vocabulary()
CONCEPTS = [concept for kind in VOCABULARY.by_kind for concept in VOCABULARY.concepts(kind)]
FILES = sorted(file.name for file in data("ontology").iterdir() if file.name.endswith(".ttl"))

PREFIXES = """
@prefix ev:   <https://w3id.org/spinekg/vocab#> .
@prefix proc: <https://w3id.org/spinekg/procedure/> .
@prefix out:  <https://w3id.org/spinekg/outcome/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl:  <http://www.w3.org/2002/07/owl#> .
"""
BLOCK = "proc:block a skos:Concept ; skos:inScheme ev:p ; skos:prefLabel 'Block'@en ; skos:altLabel 'nerve block'@en ."


def vocabulary(folder: Path, **files: str) -> Vocabulary:
    """Read a folder with these Turtle files."""
    for name, text in files.items():
        (folder / f"{name}.ttl").write_text(PREFIXES + textwrap.dedent(text), encoding="utf-8")
    return read_vocabulary(folder)


# --- the shipped files ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_file_is_turtle_for_a_second_reader(name: str) -> None:
    import rdflib

    graph = rdflib.Graph().parse(data=(data("ontology") / name).read_text(encoding="utf-8"), format="turtle")
    if name != "prefixes.ttl":
        assert len(graph) > 0


def test_both_readers_count_the_same_concepts() -> None:
    import rdflib

    graph = rdflib.Graph()
    for name in FILES:
        graph.parse(data=(data("ontology") / name).read_text(encoding="utf-8"), format="turtle")
    iris = {str(s) for s in graph.subjects(rdflib.RDF.type, rdflib.SKOS.Concept)}
    assert iris == {concept.iri for concept in CONCEPTS}


def test_kinds_that_the_rest_relies_on_are_there() -> None:
    assert {"procedure", "indication", "outcome", "axis"} <= set(VOCABULARY.by_kind)


@pytest.mark.parametrize("kind", sorted(VOCABULARY.by_kind))
def test_every_ancestor_exists_and_no_chain_is_a_circle(kind: str) -> None:
    for concept in VOCABULARY.concepts(kind):
        chain = VOCABULARY.ancestors(kind, concept.id)
        assert chain[0] == concept.id
        assert len(set(chain)) == len(chain)
        assert VOCABULARY.concept(kind, chain[-1]).broader is None


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda c: f"{c.kind}/{c.id}")
def test_every_name_finds_its_concept(concept: Concept) -> None:
    for name in concept.names:
        assert VOCABULARY.resolve(concept.kind, name).id == concept.id, name
        assert VOCABULARY.resolve(concept.kind, name.upper()).id == concept.id, name
        assert VOCABULARY.resolve(concept.kind, name.replace("-", " ")).id == concept.id, name


@pytest.mark.parametrize("concept", VOCABULARY.concepts("procedure"), ids=lambda c: c.id)
def test_every_procedure_has_names_a_reader_would_write(concept: Concept) -> None:
    assert concept.alt_labels
    for label in concept.alt_labels:
        assert label == label.strip() and "  " not in label
        assert not re.search(r"[{}|;]", label), label
    for short in concept.abbreviations:
        assert any(char.isupper() for char in short) and len(short) >= 2, short


def test_a_context_label_never_names_its_own_concept_too() -> None:
    for concept in VOCABULARY.concepts("procedure"):
        own = {normalise(name) for name in concept.names if name != concept.id}
        assert not own & {normalise(label) for label in concept.context_labels}, concept.id


def test_axis_concepts_are_named_after_their_axis() -> None:
    for concept in VOCABULARY.concepts("axis"):
        axis = concept.scheme.removeprefix("axis-")
        assert concept.scheme == f"axis-{axis}" and concept.id.startswith(f"{axis}-"), concept.id


def test_axes_cover_what_a_technique_is_described_by() -> None:
    axes = {concept.scheme.removeprefix("axis-") for concept in VOCABULARY.concepts("axis")}
    assert {"region", "level", "approach", "guidance", "radiofrequency-mode", "injectate"} <= axes
    assert {"device", "waveform", "selection"} <= axes


def test_matches_point_at_mesh_or_nothing() -> None:
    for concept in CONCEPTS:
        for relation, iri in concept.matches:
            assert relation.endswith("Match")
            assert re.fullmatch(r"http://id\.nlm\.nih\.gov/mesh/[A-Z]\d{6,9}", iri), (concept.id, iri)


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["procedure", "indication", "outcome"])
def test_ids_and_tree_are_those_of_the_contract(shared: Path, kind: str) -> None:
    with (shared / "contract" / "concepts.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["kind"] == kind]
    assert {row["id"]: row["broader"] or None for row in rows} == {
        concept.id: concept.broader for concept in VOCABULARY.concepts(kind)
    }


@pytest.mark.shared
def test_codes_exist_in_icd_10_pcs(shared: Path) -> None:
    with (shared / "vocab" / "icd10pcs_spine_procedures.tsv").open(encoding="utf-8", newline="") as file:
        known = {row["code"] for row in csv.DictReader(file, delimiter="\t") if row["billable"] == "1"}
    used = {code for concept in VOCABULARY.concepts("procedure") for code in concept.values("mapsToIcd10pcs")}
    assert used and used <= known


# --- finding a concept ------------------------------------------------------------------------------

WORDINGS = [
    ("TFESI", "transforaminal-epidural-steroid-injection"),
    ("tfesi", "transforaminal-epidural-steroid-injection"),
    ("Lumbar transforaminal epidural steroid injections", "transforaminal-epidural-steroid-injection"),
    ("cervical transforaminal corticosteroid injection", "transforaminal-epidural-steroid-injection"),
    ("epidural corticosteroid injection", "epidural-steroid-injection"),
    ("epidural steroids", "epidural-steroid-injection"),
    ("ESI", "epidural-steroid-injection"),
    ("parasagittal interlaminar epidural steroid injection", "interlaminar-epidural-steroid-injection"),
    ("ILESI", "interlaminar-epidural-steroid-injection"),
    ("caudal steroid injection", "caudal-epidural-steroid-injection"),
    ("ultrasound guided caudal epidural steroid injection", "caudal-epidural-steroid-injection"),
    ("epidural lidocaine", "epidural-local-anaesthetic-injection"),
    ("epidural local anesthetic injection", "epidural-local-anaesthetic-injection"),
    ("SNRB", "selective-nerve-root-block"),
    ("peri-radicular infiltration", "selective-nerve-root-block"),
    ("Racz procedure", "epidural-adhesiolysis"),
    ("percutaneous epidural neuroplasty", "epidural-adhesiolysis"),
    ("spinal endoscopic adhesiolysis", "epiduroscopy"),
    ("epidural blood patch", "epidural-injection"),
    ("intraarticular facet joint steroid injection", "facet-joint-injection"),
    ("intra-articular facet joint steroid injections", "facet-joint-injection"),
    ("zygapophyseal joint injection", "facet-joint-injection"),
    ("zygapophysial joint block", "facet-joint-injection"),
    ("medial branch blocks", "medial-branch-block"),
    ("third occipital nerve block", "medial-branch-block"),
    ("SI joint injection", "sacroiliac-joint-injection"),
    ("stellate ganglion block", "sympathetic-block"),
    ("coeliac plexus block", "sympathetic-block"),
    ("greater occipital nerve block", "neural-block"),
    ("erector spinae plane block", "paraspinal-plane-block"),
    ("dry needling", "trigger-point-injection"),
    ("onabotulinumtoxinA", "botulinum-toxin-injection"),
    ("RFA", "radiofrequency-ablation"),
    ("radiofrequency denervation", "radiofrequency-ablation"),
    ("lumbar facet radiofrequency denervation", "facet-radiofrequency-ablation"),
    ("radiofrequency neurotomy of the cervical medial branches", "facet-radiofrequency-ablation"),
    ("facet rhizotomy", "facet-radiofrequency-ablation"),
    ("cooled radiofrequency ablation of the medial branch nerves", "facet-radiofrequency-ablation"),
    ("sacral lateral branch radiofrequency ablation", "sacroiliac-radiofrequency-ablation"),
    ("ablation of the basivertebral nerve", "basivertebral-nerve-ablation"),
    ("Intracept", "basivertebral-nerve-ablation"),
    ("pulsed radiofrequency of the dorsal root ganglion", "pulsed-radiofrequency"),
    ("PRF", "pulsed-radiofrequency"),
    ("neurolytic block", "chemical-neurolysis"),
    ("phenol neurolysis", "chemical-neurolysis"),
    ("percutaneous cervical cordotomy", "cordotomy"),
    ("DREZ lesioning", "dorsal-rhizotomy"),
    ("selective dorsal rhizotomies", "dorsal-rhizotomy"),
    ("IDET", "intradiscal-electrothermal-therapy"),
    ("biacuplasty", "intradiscal-biacuplasty"),
    ("nucleoplasty", "percutaneous-disc-decompression"),
    ("percutaneous disk decompression", "percutaneous-disc-decompression"),
    ("PLDD", "percutaneous-laser-disc-decompression"),
    ("condoliase", "chemonucleolysis"),
    ("oxygen-ozone therapy", "intradiscal-ozone"),
    ("intradiskal platelet-rich plasma", "intradiscal-platelet-rich-plasma"),
    ("intradiscal mesenchymal stem cell injection", "intradiscal-cell-therapy"),
    ("provocative diskography", "discography"),
    ("microdiskectomy", "discectomy"),
    ("laminectomies", "decompression-surgery"),
    ("PELD", "endoscopic-discectomy"),
    ("micro-endoscopic discectomy", "endoscopic-discectomy"),
    ("PTED", "transforaminal-endoscopic-discectomy"),
    ("TESSYS", "transforaminal-endoscopic-discectomy"),
    ("full-endoscopic interlaminar discectomy", "interlaminar-endoscopic-discectomy"),
    ("UBE", "biportal-endoscopic-surgery"),
    ("unilateral biportal endoscopic discectomy", "biportal-endoscopic-surgery"),
    ("MILD", "minimally-invasive-lumbar-decompression"),
    ("X-STOP", "interspinous-process-device"),
    ("x stop", "interspinous-process-device"),
    ("XSTOP", "interspinous-process-device"),
    ("interspinous spacers", "interspinous-process-device"),
    ("percutaneous pedicle screws", "percutaneous-pedicle-screw-fixation"),
    ("iFuse", "sacroiliac-joint-fusion"),
    ("ACDF", "spinal-fusion"),
    ("anterior cervical discectomy and fusion", "spinal-fusion"),
    ("cervical disc replacement", "disc-arthroplasty"),
    ("vertebral body stenting", "vertebral-augmentation"),
    ("sacroplasty", "vertebral-augmentation"),
    ("kyphoplasty, balloon", "kyphoplasty"),
    ("PKP", "kyphoplasty"),
    ("PVP", "vertebroplasty"),
    ("vertebroblasty", "vertebroplasty"),
    ("HF10 therapy", "high-frequency-spinal-cord-stimulation"),
    ("10-kHz spinal cord stimulation", "high-frequency-spinal-cord-stimulation"),
    ("dorsal column stimulation", "spinal-cord-stimulation"),
    ("BurstDR", "burst-spinal-cord-stimulation"),
    ("ECAP-controlled closed-loop spinal cord stimulation", "closed-loop-spinal-cord-stimulation"),
    ("DRG stimulation", "dorsal-root-ganglion-stimulation"),
    ("peripheral nerve field stimulation", "peripheral-nerve-stimulation"),
    ("ReActiv8", "multifidus-stimulation"),
    ("intrathecal morphine pump", "intrathecal-drug-delivery"),
    ("targeted drug delivery", "intrathecal-drug-delivery"),
    ("baclofen pump", "intrathecal-baclofen"),
    ("Prialt", "intrathecal-ziconotide"),
    ("continuous epidural infusion", "epidural-drug-infusion"),
    ("non-operative treatment", "conservative-care"),
    ("conventional medical management", "medical-management"),
    ("transcutaneous electrical nerve stimulation", "other-intervention"),
    ("spinal manipulation", "manual-therapy"),
    ("cognitive-behavioural therapy", "psychological-therapy"),
    ("thoracolumbosacral orthosis", "bracing"),
    ("sham surgery", "sham-procedure"),
    ("saline injection", "placebo-injection"),
    ("waiting list", "no-treatment"),
]


@pytest.mark.parametrize(("wording", "id"), WORDINGS)
def test_real_wordings_resolve(wording: str, id: str) -> None:
    assert VOCABULARY.resolve("procedure", wording).id == id


@pytest.mark.parametrize(
    ("axis", "wording", "id"),
    [
        ("guidance", "fluoroscopically guided", "guidance-fluoroscopy"),
        ("guidance", "CT-guided", "guidance-ct"),
        ("guidance", "sonographic guidance", "guidance-ultrasound"),
        ("guidance", "blind technique", "guidance-landmark"),
        ("level", "L4/5", "level-l4-l5"),
        ("level", "T1/2", "level-t1-t2"),
        ("level", "T12", "level-t12"),
        ("injectate", "dexamethasone sodium phosphate", "injectate-dexamethasone"),
        ("radiofrequency-mode", "water-cooled radiofrequency", "radiofrequency-mode-cooled"),
        ("selection", "comparative local anesthetic blocks", "selection-dual-blocks"),
        ("approach", "bipedicular", "approach-bilateral"),
        ("waveform", "10 kHz stimulation", "waveform-high-frequency"),
    ],
)
def test_axis_wordings_resolve(axis: str, wording: str, id: str) -> None:
    concept = VOCABULARY.resolve("axis", wording)
    assert (concept.scheme, concept.id) == (f"axis-{axis}", id)


def test_injectates_know_their_class() -> None:
    assert VOCABULARY.is_a("axis", "injectate-dexamethasone", "injectate-steroid-nonparticulate")
    assert VOCABULARY.is_a("axis", "injectate-triamcinolone", "injectate-steroid-particulate")
    assert not VOCABULARY.is_a("axis", "injectate-dexamethasone", "injectate-steroid-particulate")


@pytest.mark.parametrize(
    ("wording", "id"),
    [
        ("vertebroplasy", "vertebroplasty"),
        ("balloon kyphoplasti", "kyphoplasty"),
        ("spinal cord stimulater", "spinal-cord-stimulation"),
        ("epidural steroid injektion", "epidural-steroid-injection"),
        ("medial branch blok", "medial-branch-block"),
        ("block of the medial branches", "medial-branch-block"),
        ("injection transforaminal epidural steroid", "transforaminal-epidural-steroid-injection"),
    ],
)
def test_near_misses_resolve(wording: str, id: str) -> None:
    assert VOCABULARY.resolve("procedure", wording).id == id


@pytest.mark.parametrize(
    ("wording", "among"),
    [
        ("vertebroplast of the spine", "vertebroplasty"),
        ("transforaminal epidural", "transforaminal-epidural-steroid-injection"),
        ("facet ablat", "facet-radiofrequency-ablation"),
        ("cord stimulation", "spinal-cord-stimulation"),
        ("sacroiliac ablatoin", "sacroiliac-radiofrequency-ablation"),
        ("kypho", "kyphoplasty"),
    ],
)
def test_suggestions_hold_what_was_meant(wording: str, among: str) -> None:
    found = VOCABULARY.suggest("procedure", wording)
    assert among in found
    assert len(found) <= 5


def test_an_unknown_name_says_so_with_suggestions() -> None:
    with pytest.raises(
        UnknownNameError, match=r"unknown procedure 'cement kypho'.*Did you mean.*kyphoplasty"
    ) as caught:
        VOCABULARY.resolve("procedure", "cement kypho")
    assert caught.value.exit_code == 2
    assert "kyphoplasty" in caught.value.suggestions


@pytest.mark.parametrize("text", ["", "   ", "?", "xqzv", "knee replacement in dogs"])
def test_nonsense_is_unknown(text: str) -> None:
    with pytest.raises(UnknownNameError):
        VOCABULARY.resolve("procedure", text)


@pytest.mark.parametrize("text", ["2 kHz spinal cord stimulation", "100 kHz spinal cord stimulation"])
def test_other_digits_are_not_a_near_miss(text: str) -> None:
    with pytest.raises(UnknownNameError):
        VOCABULARY.resolve("procedure", text)


def test_names_are_closed() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown procedure 'vertebroplastie'.*vertebroplasty"):
        VOCABULARY.concept("procedure", "vertebroplastie")
    with pytest.raises(UnknownNameError, match="unknown kind of concept 'drug'"):
        VOCABULARY.concepts("drug")
    with pytest.raises(UnknownNameError):
        VOCABULARY.is_a("procedure", "kyphoplasty", "augmentation")


def test_tree() -> None:
    assert VOCABULARY.ancestors("procedure", "transforaminal-epidural-steroid-injection") == (
        "transforaminal-epidural-steroid-injection",
        "epidural-steroid-injection",
        "epidural-injection",
        "neural-block",
        "spinal-intervention",
    )
    assert VOCABULARY.descendants("procedure", "vertebral-augmentation") == (
        "vertebral-augmentation",
        "vertebroplasty",
        "kyphoplasty",
    )
    assert VOCABULARY.is_a("procedure", "kyphoplasty", "kyphoplasty")
    assert VOCABULARY.is_a("procedure", "kyphoplasty", "spinal-intervention")
    assert not VOCABULARY.is_a("procedure", "vertebral-augmentation", "kyphoplasty")


@given(st.text(max_size=40))
def test_normalise_is_stable(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.sampled_from(VOCABULARY.concepts("procedure")), st.data())
def test_writing_does_not_change_the_concept(concept: Concept, draw: st.DataObject) -> None:
    name = draw.draw(st.sampled_from(concept.names))
    gap = draw.draw(st.sampled_from([" ", "-", "  ", " - ", "\u2010", "\u00a0"]))
    case = draw.draw(st.sampled_from([str.upper, str.lower, str.title]))
    assert VOCABULARY.resolve("procedure", case(name.replace(" ", gap))).id == concept.id


# --- the loader -------------------------------------------------------------------------------------


def test_a_concept_keeps_everything_said_about_it(tmp_path: Path) -> None:
    read = vocabulary(
        tmp_path,
        outcomes="""
            ev:unit a owl:DatatypeProperty .
            out:pain a skos:Concept ;
                skos:inScheme ev:outcomes ;
                skos:prefLabel "Pain"@en ;
                skos:altLabel "pain score"@en , "pain rating"@en ;
                ev:abbreviation "VAS" ;
                ev:contextLabel "score"@en ;
                ev:inverseLabel "pain relief"@en ;
                ev:betterWhen ev:lower ;
                ev:unit "mm" , "points" ;
                skos:scopeNote "How much it hurts."@en ;
                skos:exactMatch <http://id.nlm.nih.gov/mesh/D010147> .
            out:back-pain a skos:Concept ; skos:inScheme ev:outcomes ;
                skos:broader out:pain ; skos:prefLabel "Back pain"@en .
        """,
    )
    assert read.concepts("outcome")[0] == Concept(
        id="pain",
        kind="outcome",
        iri="https://w3id.org/spinekg/outcome/pain",
        label="Pain",
        scheme="outcomes",
        alt_labels=("pain score", "pain rating"),
        abbreviations=("VAS",),
        context_labels=("score",),
        inverse_labels=("pain relief",),
        scope_note="How much it hurts.",
        better_when="lower",
        matches=(("exactMatch", "http://id.nlm.nih.gov/mesh/D010147"),),
        properties=(("unit", "mm"), ("unit", "points")),
        file="outcomes.ttl",
    )
    assert read.concept("outcome", "pain").values("unit") == ("mm", "points")
    assert read.ancestors("outcome", "back-pain") == ("back-pain", "pain")
    assert read.resolve("outcome", "pain relief").id == "pain"
    with pytest.raises(UnknownNameError):
        read.resolve("outcome", "score")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "proc:a a skos:Concept ; skos:inScheme ev:p .",
            r"a\.ttl: procedure/a: 0 values of <.*prefLabel>, one is allowed",
        ),
        (
            "proc:a a skos:Concept ; skos:inScheme ev:p ; skos:prefLabel 'A', 'B' .",
            r"procedure/a: 2 values of <.*prefLabel>",
        ),
        ("proc:a a skos:Concept ; skos:prefLabel 'A' .", r"procedure/a: 0 values of <.*inScheme>"),
        (
            "ev:unit a owl:DatatypeProperty ."
            "proc:a a skos:Concept ; skos:inScheme ev:p ; skos:prefLabel 'A' ; ev:unti 'x' .",
            r"a\.ttl: procedure/a: unknown predicate <.*vocab#unti>",
        ),
        (
            "proc:a a skos:Concept ; skos:inScheme ev:p ; skos:prefLabel 'A' ; skos:altLable 'x' .",
            r"a\.ttl: procedure/a: unknown predicate <.*altLable>",
        ),
        (
            "proc:a a skos:Concept ; skos:inScheme ev:p ; skos:prefLabel 'A' ; skos:broader proc:b .",
            r"a\.ttl: procedure/a: broader concept 'b' does not exist",
        ),
        (
            "proc:a a skos:Concept ; skos:inScheme ev:p ; skos:prefLabel 'A' ; skos:broader out:b .",
            r"a\.ttl: procedure/a: broader concept <.*outcome/b> is not a procedure",
        ),
        (
            "proc:a a skos:Concept ; skos:inScheme ev:p ; skos:prefLabel 'A' ; skos:broader proc:c ."
            "proc:c a skos:Concept ; skos:inScheme ev:p ; skos:prefLabel 'C' ; skos:broader proc:a .",
            r"a\.ttl: procedure/a: its broader concepts form a circle through 'a'",
        ),
        (
            "proc:a a skos:Concept ; skos:inScheme ev:p ; skos:prefLabel 'A' ; skos:altLabel 'Nerve-Block' .",
            r"b\.ttl: procedure/block: the name 'nerve block' already belongs to 'a'",
        ),
        (
            "proc:a a skos:Concept ; skos:inScheme ev:p ; skos:prefLabel 'A' ; ev:abbreviation 'BLOCK' .",
            r"procedure/block: the name 'block' already belongs to 'a'",
        ),
        (
            "out:a a skos:Concept ; skos:inScheme ev:o ; skos:prefLabel 'A' ; ev:betterWhen ev:up .",
            r"a\.ttl: outcome/a: ev:betterWhen is <.*#up>; allowed are ev:lower, ev:higher, ev:neither",
        ),
        ("<http://example.org/a> a skos:Concept .", r"a\.ttl: http://example\.org/a: a concept is named <kind>/<id>"),
        ("proc:A a skos:Concept .", r"a\.ttl: procedure/A: a concept is named <kind>/<id>"),
        (BLOCK, r"b\.ttl: procedure/block is defined a second time, first in a\.ttl"),
        ("proc:block skos:altLabel 'x' .", r"a\.ttl: procedure/block belongs to b\.ttl"),
        ("proc:a a skos:Concept ; skos:prefLabel 'A", r"a\.ttl: not valid Turtle"),
    ],
)
def test_a_mistake_in_a_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        vocabulary(tmp_path, a=text, b=BLOCK)


def test_the_same_name_may_serve_two_kinds_and_the_context_of_two_concepts(tmp_path: Path) -> None:
    read = vocabulary(
        tmp_path,
        a="""
            out:block a skos:Concept ; skos:inScheme ev:o ; skos:prefLabel 'Block' .
            proc:x a skos:Concept ; skos:inScheme ev:p ; skos:prefLabel 'X' ; ev:contextLabel 'block' .
        """,
        b=BLOCK,
    )
    assert read.resolve("procedure", "block").id == "block"
    assert read.concept("procedure", "x").context_labels == ("block",)


def test_a_name_that_only_a_plural_tells_apart_stays_two_names(tmp_path: Path) -> None:
    read = vocabulary(
        tmp_path,
        a="""
            proc:a a skos:Concept ; skos:inScheme ev:p ; skos:prefLabel 'A' ; ev:abbreviation 'PEN' .
            proc:b a skos:Concept ; skos:inScheme ev:p ; skos:prefLabel 'B' ; ev:abbreviation 'PENS' .
        """,
    )
    assert read.resolve("procedure", "PEN").id == "a"
    assert read.resolve("procedure", "PENS").id == "b"


def test_loading_happens_once() -> None:
    assert load_vocabulary() is load_vocabulary()


def test_importing_reads_nothing_and_loads_no_library() -> None:
    code = (
        "import sys, kg.vocabulary;"
        "print(sorted({'pyoxigraph', 'rdflib', 'rapidfuzz', 'spacy'} & set(sys.modules)),"
        " kg.vocabulary.load_vocabulary.cache_info().currsize)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[] 0"
