"""From the quads of one publication back to the nouns they were written from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import StoreError
from kg.graph.terms import TYPE, axis_pair, ev, from_lines, sequence_node, term
from kg.identity import PREFIXES, Run, local_id
from kg.model import Arm, Claim, Reading

__all__ = ["claims_from_graph", "reading_from_graph", "run_from_graph"]

Value = TypeVar("Value")
_MEMBER = re.compile(re.escape(PREFIXES["rdf"]) + r"_(\d+)")


class _Facts:
    """The quads of one graph, by subject and predicate."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._objects: dict[tuple[str, str], list[NamedNode | Literal]] = defaultdict(list)
        self._members: dict[str, list[tuple[int, NamedNode | Literal]]] = defaultdict(list)
        for quad in quads:
            subject, predicate, value = quad.subject, quad.predicate, quad.object
            if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode | Literal):
                raise StoreError(f"not a graph of spinekg: {quad}")
            member = _MEMBER.fullmatch(predicate.value)
            if member:
                self._members[subject.value].append((int(member[1]), value))
            else:
                self._objects[subject.value, predicate.value].append(value)

    def of_type(self, name: str) -> list[NamedNode]:
        wanted = ev(name)
        return [
            NamedNode(subject)
            for (subject, predicate), values in self._objects.items()
            if predicate == TYPE.value and wanted in values
        ]

    def nodes(self, node: NamedNode, name: str) -> list[NamedNode]:
        values = self._objects.get((node.value, ev(name).value), [])
        return [value for value in values if isinstance(value, NamedNode)]

    def only(self, name: str) -> NamedNode:
        nodes = self.of_type(name)
        if len(nodes) != 1:
            raise StoreError(f"a graph of one publication holds one ev:{name}, this one has {len(nodes)}")
        return nodes[0]

    def text(self, node: NamedNode, predicate: NamedNode) -> str:
        value = self.maybe(node, predicate)
        if value is None:
            raise StoreError(f"{node} has no {predicate}: the graph is damaged; make it again from the ledger")
        return value

    def maybe(self, node: NamedNode, predicate: NamedNode) -> str | None:
        values = self._objects.get((node.value, predicate.value))
        return values[0].value if values else None

    def flag(self, node: NamedNode, name: str) -> bool:
        return self.text(node, ev(name)) == "true"

    def number(self, node: NamedNode, name: str) -> int | None:
        value = self.maybe(node, ev(name))
        return None if value is None else int(value)

    def ordered(self, node: NamedNode, name: str) -> list[str]:
        return [value.value for _, value in sorted(self._members[sequence_node(node, name).value], key=_position)]

    def several(self, node: NamedNode, name: str, make: Callable[[str], Value]) -> tuple[Value, ...]:
        in_order = self.ordered(node, name)
        if in_order:
            return tuple(make(value) for value in in_order)
        values = [make(value.value) for value in self._objects.get((node.value, ev(name).value), [])]
        return tuple(sorted(cast(Any, values)))


def _position(member: tuple[int, NamedNode | Literal]) -> int:
    return member[0]


def reading_from_graph(quads: Iterable[Quad]) -> Reading:
    """Read back the reading that ``quads`` wrote, equal in every field.

    Raises StoreError when the quads are not one publication's graph.
    """
    facts = _Facts(quads)
    node = facts.only("Publication")
    return Reading(
        pmid=facts.text(node, term("fabio", "hasPubMedId")),
        scope=cast(Any, _word(facts.text(node, ev("scope")))),
        design=cast(Any, local_id(facts.text(node, ev("design")))),
        sample_size=facts.number(node, "sampleSize"),
        n_studies=facts.number(node, "studyCount"),
        procedures=facts.several(node, "evaluatedProcedure", local_id),
        comparators=facts.several(node, "evaluatedComparator", local_id),
        indications=facts.several(node, "evaluatedIndication", local_id),
        registry_ids=facts.several(node, "registryId", str),
        flags=facts.several(node, "flag", str),
        arms=_arms(facts, node),
        claims=_claims(facts, node),
    )


def claims_from_graph(quads: Iterable[Quad]) -> tuple[Claim, ...]:
    """Read back the claims of one publication's graph, in the order they were read in."""
    facts = _Facts(quads)
    return _claims(facts, facts.only("Publication"))


def run_from_graph(quads: Iterable[Quad]) -> Run:
    """Read back the run from its graph, alone or together with that of a publication it read."""
    facts = _Facts(quads)
    node = facts.only("Run")
    extractor = NamedNode(facts.text(node, term("prov", "wasAssociatedWith")))
    spinekg = NamedNode(facts.text(extractor, term("prov", "actedOnBehalfOf")))
    return Run(
        run_id=facts.text(node, term("dct", "identifier")),
        started=facts.text(node, term("prov", "startedAtTime")),
        extractor=facts.text(extractor, term("rdfs", "label")),
        extractor_version=facts.text(extractor, ev("version")),
        software_version=facts.text(spinekg, ev("version")),
    )


def _arms(facts: _Facts, publication: NamedNode) -> tuple[Arm, ...]:
    nodes = sorted(facts.nodes(publication, "arm"), key=_place_of_arm)
    return tuple(
        Arm(
            procedure=local_id(facts.text(node, ev("received"))),
            names=facts.several(node, "armName", str),
            size=facts.number(node, "armSize"),
            index=facts.flag(node, "indexArm"),
        )
        for node in nodes
    )


def _place_of_arm(node: NamedNode) -> int:
    return int(node.value.rpartition("-")[2])


def _claims(facts: _Facts, publication: NamedNode) -> tuple[Claim, ...]:
    in_order = [NamedNode(iri) for iri in facts.ordered(publication, "claims")]
    pmid = facts.text(publication, term("fabio", "hasPubMedId"))
    nodes = in_order or sorted(facts.of_type("Claim"), key=lambda node: _place(facts, node))
    return tuple(_claim(facts, node, pmid) for node in nodes)


def _place(facts: _Facts, node: NamedNode) -> tuple[int, int, str]:
    return int(facts.text(node, ev("start"))), int(facts.text(node, ev("end"))), node.value


def _claim(facts: _Facts, node: NamedNode, pmid: str) -> Claim:
    comparator = facts.maybe(node, ev("comparator"))
    comparator_class = facts.maybe(node, ev("comparatorClass"))
    significant = facts.maybe(node, ev("significant"))
    reasons = facts.maybe(node, ev("reasons"))
    return Claim(
        pmid=pmid,
        procedure=local_id(facts.text(node, ev("procedure"))),
        comparator=None if comparator is None else local_id(comparator),
        comparator_class=None if comparator_class is None else local_id(comparator_class),
        indications=facts.several(node, "indication", local_id),
        outcome=local_id(facts.text(node, ev("outcome"))),
        measure=facts.maybe(node, ev("measure")),
        basis=cast(Any, _word(facts.text(node, ev("basis")))),
        direction=cast(Any, _word(facts.text(node, ev("direction")))),
        noninferiority=facts.flag(node, "noninferiority"),
        hedged=facts.flag(node, "hedged"),
        followup_days=facts.several(node, "followupDays", int),
        effect=facts.maybe(node, ev("effect")),
        p=facts.maybe(node, ev("pValue")),
        significant=None if significant is None else significant == "true",
        axes=facts.several(node, "axis", axis_pair),
        quote=facts.text(node, ev("quote")),
        start=int(facts.text(node, ev("start"))),
        end=int(facts.text(node, ev("end"))),
        rule=facts.maybe(node, ev("rule")) or "",
        reasons=() if reasons is None else from_lines(reasons),
        confidence=float(facts.text(node, ev("confidence"))),
    )


def _word(iri: str) -> str:
    return iri.removeprefix(PREFIXES["ev"])
