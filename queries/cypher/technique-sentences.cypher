MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {retracted: false})-[:PROCEDURE]->(p)
WHERE c.basis IN $basis AND c.direction IN $direction
MATCH (c)-[:OUTCOME]->(o:Concept)-[:UNDER]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT c.id AS found, o.id AS outcome
MATCH (c:Claim {id: found})-[:SOURCE]->(pub:Publication)
WHERE ('https://w3id.org/spinekg/vocab#indications' IN $indication OR EXISTS {
  MATCH (c)-[:INDICATION]->(:Concept)-[:UNDER]->(i:Concept) WHERE i.iri IN $indication
})
OPTIONAL MATCH (c)-[:COMPARATOR]->(q:Concept)
WITH pub.pmid AS publication, pub.year AS year, c.design AS design, q.id AS comparator, outcome, c.basis AS basis,
     c.direction AS direction, c.significant AS significant, c.effect AS effect, c.quote AS quote, min(c.start) AS start
RETURN publication, year, design, comparator, outcome, basis, direction, significant, effect, quote
ORDER BY coalesce(year, 0) DESC, publication, start, outcome, direction, coalesce(comparator, ''), coalesce(effect, ''),
  basis, CASE WHEN significant THEN 2 WHEN significant IS NULL THEN 0 ELSE 1 END, quote
