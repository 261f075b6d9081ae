"""What a graph holds, in VoID and DCAT: counts, parts, vocabularies used, links to others, the file and its checksum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kg.export.rights import LICENCE, RIGHTS
from kg.identity import BASE, PREFIXES

if TYPE_CHECKING:
    from rdflib import Graph

__all__ = ["DESCRIPTION_PREFIXES", "TARGETS", "File", "Statistics", "describe", "statistics"]

DESCRIPTION_PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        **PREFIXES,
        "void": "http://rdfs.org/ns/void#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "spdx": "http://spdx.org/rdf/terms#",
        "formats": "http://www.w3.org/ns/formats/",
    }
)
TARGETS: Mapping[str, str] = MappingProxyType(
    {
        PREFIXES["mesh"]: "Medical Subject Headings",
        "http://identifiers.org/pubmed/": "PubMed, at identifiers.org",
        "https://clinicaltrials.gov/study/": "ClinicalTrials.gov",
        "https://www.isrctn.com/": "ISRCTN registry",
    }
)
"""The data sets of others that ours links to, by the beginning of their names."""

_USED = ("ev", "skos", "dct", "prov", "fabio", "cito", "oa", "owl", "rdfs")
_FORMATS = {"nquads": "N-Quads", "trig": "TriG", "turtle": "Turtle", "jsonld": "JSON-LD"}
_TYPE = f"<{PREFIXES['rdf']}type>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Counts of the statements of all graphs together, each once.

    ``classes`` counts members, ``properties`` statements, ``links`` statements by property and target.
    """

    triples: int
    subjects: int
    objects: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]
    links: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a package: its name, media type, size in bytes and SHA-256 as hex digits."""

    name: str
    media_type: str
    size: int
    sha256: str


def statistics(triples: Iterable[bytes]) -> Statistics:
    """Count lines of N-Triples, each of which comes once."""
    subjects: set[bytes] = set()
    objects: set[bytes] = set()
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    links: Counter[tuple[str, str]] = Counter()
    total = 0
    for line in triples:
        subject, predicate, value = line.removesuffix(b" .\n").split(b" ", 2)
        name = predicate[1:-1].decode()
        total += 1
        subjects.add(subject)
        objects.add(value)
        properties[name] += 1
        if predicate == _TYPE.encode():
            classes[value[1:-1].decode()] += 1
        elif value.startswith(b"<") and (target := _target(value[1:-1].decode())):
            links[name, target] += 1
    return Statistics(
        triples=total,
        subjects=len(subjects),
        objects=len(objects),
        classes=dict(sorted(classes.items())),
        properties=dict(sorted(properties.items())),
        links=dict(sorted(links.items())),
    )


def _target(iri: str) -> str | None:
    return next((target for target in TARGETS if iri.startswith(target)), None)


def describe(
    dataset: str, counted: Statistics, file: File, *, form: str, issued: str, version: str, publications: int, note: str
) -> Graph:
    """Return the description of the data set named ``dataset``, which lies in ``file`` beside it.

    ``issued`` is a day, ``form`` one of ``kg.export.FORMS``, ``version`` that of the vocabulary; ``note`` ends the description.
    """
    graph = _Description(dataset)
    graph.say(dataset, "rdf:type", "void:Dataset", "dcat:Dataset")
    graph.say_text(dataset, "dct:title", "Claims of abstracts about interventional spine pain")
    graph.say_text(
        dataset,
        "dct:description",
        f"What {publications:,} PubMed records report about interventional procedures for spine pain, one named graph"
        f" a publication, with the words that say so, and the vocabulary used.{note}",
    )
    graph.say(dataset, "dct:license", LICENCE)
    graph.say_text(dataset, "dct:rights", RIGHTS)
    graph.say_text(dataset, "dct:issued", issued, "date")
    graph.say_text(dataset, "owl:versionInfo", version)
    graph.say(dataset, "void:feature", f"formats:{_FORMATS[form]}")
    graph.say(dataset, "void:dataDump", file.name)
    graph.say_text(dataset, "void:uriSpace", BASE)
    graph.say(dataset, "void:vocabulary", *(PREFIXES[prefix] for prefix in _USED))
    _counts(graph, dataset, counted)
    _links(graph, dataset, counted)
    _distribution(graph, dataset, file)
    return graph.graph


def _counts(graph: _Description, dataset: str, counted: Statistics) -> None:
    for name, number in (
        ("triples", counted.triples),
        ("distinctSubjects", counted.subjects),
        ("distinctObjects", counted.objects),
        ("classes", len(counted.classes)),
        ("properties", len(counted.properties)),
    ):
        graph.say_text(dataset, f"void:{name}", str(number), "integer")
    for kind, measure, parts in (
        ("class", "entities", counted.classes),
        ("property", "triples", counted.properties),
    ):
        for position, (name, number) in enumerate(parts.items(), start=1):
            part = f"{dataset}#{kind}-{position}"
            graph.say(dataset, f"void:{kind}Partition", part)
            graph.say(part, f"void:{kind}", name)
            graph.say_text(part, f"void:{measure}", str(number), "integer")


def _links(graph: _Description, dataset: str, counted: Statistics) -> None:
    for position, ((predicate, target), number) in enumerate(counted.links.items(), start=1):
        links = f"{dataset}#links-{position}"
        graph.say(dataset, "void:subset", links)
        graph.say(links, "rdf:type", "void:Linkset")
        graph.say(links, "void:linkPredicate", predicate)
        graph.say(links, "void:subjectsTarget", dataset)
        graph.say(links, "void:objectsTarget", target)
        graph.say_text(links, "void:triples", str(number), "integer")
        graph.say(target, "rdf:type", "void:Dataset")
        graph.say_text(target, "dct:title", TARGETS[target])


def _distribution(graph: _Description, dataset: str, file: File) -> None:
    place, checksum = f"{dataset}#file", f"{dataset}#sha256"
    graph.say(dataset, "dcat:distribution", place)
    graph.say(place, "rdf:type", "dcat:Distribution")
    graph.say(place, "dcat:downloadURL", file.name)
    graph.say(place, "dcat:mediaType", f"https://www.iana.org/assignments/media-types/{file.media_type}")
    graph.say_text(place, "dcat:byteSize", str(file.size), "nonNegativeInteger")
    graph.say(place, "dct:license", LICENCE)
    graph.say(place, "spdx:checksum", checksum)
    graph.say(checksum, "rdf:type", "spdx:Checksum")
    graph.say(checksum, "spdx:algorithm", "spdx:checksumAlgorithm_sha256")
    graph.say_text(checksum, "spdx:checksumValue", file.sha256, "hexBinary")


class _Description:
    """An rdflib graph that is told statements by short names."""

    def __init__(self, dataset: str) -> None:
        from rdflib import Graph

        self.graph = Graph(identifier=dataset, bind_namespaces="none")

    def say(self, subject: str, predicate: str, *values: str) -> None:
        """Add a statement for each IRI."""
        for value in values:
            self.graph.add((_iri(subject), _iri(predicate), _iri(value)))

    def say_text(self, subject: str, predicate: str, text: str, kind: str | None = None) -> None:
        """Add a statement with a literal, of a type of XML Schema when ``kind`` is given."""
        from rdflib import Literal

        datatype = _iri(f"xsd:{kind}") if kind else None
        self.graph.add((_iri(subject), _iri(predicate), Literal(text, datatype=datatype, normalize=False)))


def _iri(name: str) -> Any:
    """Return a short name with a known prefix in full, and anything else as it is."""
    from rdflib import URIRef

    prefix, _, local = name.partition(":")
    return URIRef(DESCRIPTION_PREFIXES[prefix] + local if prefix in DESCRIPTION_PREFIXES else name)
