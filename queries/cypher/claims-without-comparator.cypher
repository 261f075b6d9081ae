MATCH (c:Claim)-[:PROCEDURE]->(p:Concept), (c)-[:OUTCOME]->(o:Concept)
WHERE c.basis IN $basis AND NOT EXISTS { MATCH (c)-[:COMPARATOR]->(:Concept) }
RETURN c.id AS claim, p.id AS procedure, o.id AS outcome, c.direction AS direction,
       CASE WHEN c.rule <> '' THEN c.rule END AS rule, c.quote AS quote
ORDER BY claim
