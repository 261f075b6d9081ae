MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim)-[:PROCEDURE|COMPARATOR]->(p)
WHERE c.basis = 'between' OR EXISTS { MATCH (c)-[:PROCEDURE]->(p) }
WITH DISTINCT c
MATCH (c)-[:OUTCOME]->(o:Concept), (c)-[:SOURCE]->(pub:Publication {scope: 'on'})
WHERE ('https://w3id.org/spinekg/vocab#outcomes' IN $outcome OR EXISTS {
  MATCH (o)-[:UNDER]->(wide:Concept) WHERE wide.iri IN $outcome
}) AND ('https://w3id.org/spinekg/vocab#indications' IN $indication OR EXISTS {
  MATCH (c)-[:INDICATION]->(:Concept)-[:UNDER]->(i:Concept) WHERE i.iri IN $indication
})
RETURN DISTINCT pub.pmid AS publication, c.id AS claim
ORDER BY publication, claim
