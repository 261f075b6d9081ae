"""Write what is published of the ontology: its page, its mappings as SSSOM, its JSON-LD context.

``docs/generate.py`` calls ``pages``. Everything is taken from ``ontology/*.ttl``; only the names that the contract's
format has for properties stand here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from kg.export.ontology import ONTOLOGY, ontology_graph
from kg.identity import BASE, PREFIXES

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = Path(__file__).resolve().parent / "ontology.md.jinja"
EV = PREFIXES["ev"]
NAMES = {
    **PREFIXES,
    "icd10cm": "http://purl.bioontology.org/ontology/ICD10CM/",
    "icd10pcs": "http://purl.bioontology.org/ontology/ICD10PCS/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "vann": "http://purl.org/vocab/vann/",
}
MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
CODES = {"mapsToIcd10cm": "icd10cm", "mapsToIcd10pcs": "icd10pcs"}

OF_PUBLICATION = {
    "scope": "scope", "design": "design", "sample_size": "sampleSize", "n_studies": "studyCount",
    "procedures": "evaluatedProcedure", "comparators": "evaluatedComparator", "indications": "evaluatedIndication",
    "registry_ids": "registryId", "flags": "flag",
}  # fmt: skip
OF_CLAIM = {
    "procedure": "procedure", "comparator": "comparator", "comparator_class": "comparatorClass",
    "indications": "indication", "outcome": "outcome", "measure": "measure", "basis": "basis",
    "direction": "direction", "noninferiority": "noninferiority", "hedged": "hedged",
    "followup_days": "followupDays", "effect": "effect", "p": "pValue", "significant": "significant",
    "quote": "quote", "start": "start", "end": "end", "rule": "rule", "confidence": "confidence",
}  # fmt: skip
CONCEPTS = {
    "design": "design", "evaluatedProcedure": "proc", "evaluatedComparator": "proc", "evaluatedIndication": "ind",
    "procedure": "proc", "comparator": "proc", "comparatorClass": "comp", "indication": "ind", "outcome": "out",
}  # fmt: skip
"""The namespace in which the values of a property lie; those of a property that is not here are fixed words."""


def pages() -> dict[Path, str]:
    """Return every file made from the ontology with what it should hold."""
    graph = ontology_graph()
    return {
        ROOT / "docs" / "ontology.md": page(graph),
        ROOT / "ontology" / "mappings.sssom.tsv": sssom(graph),
        ROOT / "ontology" / "context.jsonld": json.dumps(context(graph), indent=2) + "\n",
    }


# --- mappings -------------------------------------------------------------------------------------------


def sssom(graph: Graph) -> str:
    """Return the mappings of concepts as an SSSOM table with its metadata ahead."""
    columns = ("subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification")
    rows = [
        (curie(subject), str(said(graph, subject, SKOS.prefLabel)), curie(predicate), target, JUSTIFIED)
        for subject, predicate, target in sorted(mappings(graph))
    ]
    used = sorted({name.partition(":")[0] for row in rows for name in row if name != row[1]})
    head = [
        "curie_map:",
        *(f'  {prefix}: "{NAMES[prefix]}"' for prefix in used),
        f'mapping_set_id: "{BASE}mappings.sssom.tsv"',
        f'mapping_set_version: "{said(graph, ONTOLOGY, OWL.versionInfo)}"',
        'mapping_set_title: "spinekg concepts in MeSH and ICD-10"',
        'mapping_set_description: "Made from ontology/*.ttl; correct it there. A code of ICD-10 is one under which such'
        ' patients or procedures are coded, never an exact match."',
        f'license: "{said(graph, ONTOLOGY, DCTERMS.license)}"',
        "creator_label:",
        f'  - "{said(graph, ONTOLOGY, DCTERMS.creator)}"',
        f'subject_source: "{ONTOLOGY}"',
    ]
    return "".join(f"#{line}\n" for line in head) + "".join("\t".join(row) + "\n" for row in (columns, *rows))


JUSTIFIED = "semapv:ManualMappingCuration"


def mappings(graph: Graph) -> Iterator[tuple[str, str, str]]:
    """Yield concept, property and the short name of what it maps to."""
    for name in MATCHES:
        for subject, target in graph.subject_objects(SKOS[name]):
            yield str(subject), str(SKOS[name]), curie(target)
    for name, prefix in CODES.items():
        for subject, code in graph.subject_objects(URIRef(EV + name)):
            yield str(subject), EV + name, f"{prefix}:{code}"


# --- JSON-LD --------------------------------------------------------------------------------------------


def context(graph: Graph) -> dict[str, Any]:
    """Return the JSON-LD context of a publication in the format of the contract."""
    axes = sorted(str(scheme).removeprefix(f"{EV}axis-") for scheme in schemes(graph) if f"{EV}axis-" in str(scheme))
    of_claim = {
        "claim_id": "@id",
        **terms(graph, OF_CLAIM),
        "axes": "@nest",
        **{axis: word("ev:axis", f"{PREFIXES['axis']}{axis}-") for axis in axes},
    }
    used = ("ev", "dct", "fabio", "xsd")
    return {
        "@context": {
            "@version": 1.1,
            **{prefix: PREFIXES[prefix] for prefix in used},
            "pmid": {"@id": "fabio:hasPubMedId", "@type": "xsd:string"},
            **terms(graph, OF_PUBLICATION),
            "claims": {"@id": "ev:claim", "@context": of_claim},
        }
    }


def terms(graph: Graph, fields: dict[str, str]) -> dict[str, Any]:
    """Return how fields are read, from what the ontology says of their properties."""
    return {field: term(graph, name) for field, name in fields.items()}


def term(graph: Graph, name: str) -> dict[str, Any]:
    """Return how the values of a property are read: as literals of its range, or as names in their namespace."""
    iri = URIRef(EV + name)
    if (iri, RDF.type, OWL.DatatypeProperty) in graph:
        return {"@id": f"ev:{name}", "@type": curie(graph.value(iri, RDFS.range))}
    if (iri, RDF.type, OWL.ObjectProperty) not in graph:
        raise ValueError(f"ev:{name} is not a property of the ontology")
    return word(f"ev:{name}", PREFIXES[CONCEPTS.get(name, "ev")])


def word(iri: str, space: str) -> dict[str, Any]:
    """Return a property whose values are the rest of a name in ``space``."""
    return {"@id": iri, "@type": "@vocab", "@context": {"@vocab": space}}


# --- the page -------------------------------------------------------------------------------------------


def page(graph: Graph) -> str:
    """Return the page of the ontology."""
    template = Environment(undefined=StrictUndefined, trim_blocks=False, keep_trailing_newline=True, autoescape=False)  # noqa: S701
    ontology = URIRef(ONTOLOGY)
    return template.from_string(TEMPLATE.read_text("utf-8")).render(
        iri=ONTOLOGY,
        version=said(graph, ONTOLOGY, OWL.versionInfo),
        version_iri=said(graph, ONTOLOGY, OWL.versionIRI),
        licence=said(graph, ONTOLOGY, DCTERMS.license),
        namespace=EV,
        description=graph.value(ontology, DCTERMS.description),
        external=list(external(graph)),
        classes=[
            described(graph, each) | {"above": names(graph.objects(each, RDFS.subClassOf))}
            for each in ours(graph, OWL.Class)
        ],
        disjoint=disjoint(graph),
        property_groups=list(property_groups(graph)),
        individuals=list(individuals(graph)),
        schemes=[scheme(graph, each) for each in schemes(graph)],
    )


def external(graph: Graph) -> Iterator[tuple[str, str]]:
    """Yield each vocabulary of others with the words used of it."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for each, source in graph.subject_objects(RDFS.isDefinedBy):
        by_source[str(source)].append(f"`{curie(each)}`")
    for source in sorted(by_source):
        yield source, ", ".join(sorted(by_source[source]))


def ours(graph: Graph, kind: URIRef) -> list[URIRef]:
    """Return the words of our own of one kind, sorted."""
    return sorted(URIRef(each) for each in set(graph.subjects(RDF.type, kind)) if str(each).startswith(EV))


def described(graph: Graph, each: URIRef) -> dict[str, str]:
    """Return the name of a word and what it means."""
    meaning = graph.value(each, RDFS.comment) or graph.value(each, RDFS.label) or ""
    return {"name": curie(each), "comment": cell(meaning)}


def disjoint(graph: Graph) -> str:
    """Return the sentence on the classes that share no member."""
    found = {each for pair in graph.subject_objects(OWL.disjointWith) for each in pair if str(each).startswith(EV)}
    return f"No thing is two of these: {names(found)}."


def property_groups(graph: Graph) -> Iterator[tuple[str, str, list[dict[str, str]]]]:
    """Yield the kinds of properties with the properties of each."""
    for title, note, kind in (
        ("To things", "Their values are names.", OWL.ObjectProperty),
        ("To values", "Their values are literals.", OWL.DatatypeProperty),
        ("Names of concepts", "Annotations: they mean nothing to a reasoner.", OWL.AnnotationProperty),
    ):
        yield (
            title,
            note,
            [
                described(graph, each)
                | {
                    "domain": names(graph.objects(each, RDFS.domain)),
                    "range": names(graph.objects(each, RDFS.range)),
                }
                for each in ours(graph, kind)
            ],
        )


def individuals(graph: Graph) -> Iterator[dict[str, str]]:
    """Yield the fixed words: directions, bases, scopes and the like."""
    for kind in ours(graph, OWL.Class):
        for each in sorted(graph.subjects(RDF.type, kind)):
            if str(each).startswith(EV):
                yield described(graph, URIRef(each)) | {"kind": curie(kind)}


def schemes(graph: Graph) -> list[URIRef]:
    """Return the concept schemes, sorted."""
    return sorted(URIRef(each) for each in graph.subjects(RDF.type, SKOS.ConceptScheme))


def scheme(graph: Graph, each: URIRef) -> dict[str, Any]:
    """Return a scheme with its concepts, each followed by those below it."""
    members = set(graph.subjects(SKOS.inScheme, each))
    below: dict[Any, list[Any]] = defaultdict(list)
    for member in members:
        above = graph.value(member, SKOS.broader)
        below[above if above in members else None].append(member)
    return {
        "name": curie(each),
        "title": cell(graph.value(each, DCTERMS.title)),
        "description": cell(graph.value(each, DCTERMS.description)),
        "concepts": list(tree(graph, below, None, 0)),
    }


def tree(graph: Graph, below: dict[Any, list[Any]], above: Any, depth: int) -> Iterator[dict[str, str]]:
    """Yield the concepts under one, each followed by those under it."""
    for each in sorted(below[above], key=lambda concept: str(said(graph, concept, SKOS.prefLabel)).casefold()):
        targets = sorted(f"{curie(p)} {target}" for s, p, target in mappings_of(graph, each))
        yield {
            "label": "· " * depth + cell(said(graph, each, SKOS.prefLabel)),
            "name": curie(each),
            "matches": ", ".join(f"`{target}`" for target in targets),
            "note": cell(graph.value(each, SKOS.scopeNote) or ""),
        }
        yield from tree(graph, below, each, depth + 1)


def mappings_of(graph: Graph, concept: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the mappings of one concept."""
    for name in MATCHES:
        yield from ((str(concept), str(SKOS[name]), curie(target)) for target in graph.objects(concept, SKOS[name]))
    for name, prefix in CODES.items():
        yield from ((str(concept), EV + name, f"{prefix}:{code}") for code in graph.objects(concept, URIRef(EV + name)))


def said(graph: Graph, subject: Any, predicate: Any) -> Any:
    """Return the one value of a property; there must be one."""
    (value,) = graph.objects(URIRef(subject), predicate)
    return value


def names(found: Iterable[Any]) -> str:
    """Return short names in a line, sorted."""
    return ", ".join(f"`{name}`" for name in sorted(curie(each) for each in found))


def cell(text: Any) -> str:
    """Return text as it can stand in a cell of a table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def curie(iri: Any) -> str:
    """Return a short name; an error names an IRI that has none."""
    text = str(iri)
    for prefix, space in sorted(NAMES.items(), key=lambda pair: -len(pair[1])):
        if text.startswith(space) and not isinstance(iri, Literal):
            return f"{prefix}:{text.removeprefix(space)}"
    raise ValueError(f"no prefix is known for {text}")
