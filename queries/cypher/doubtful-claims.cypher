MATCH (c:Claim)-[:PROCEDURE]->(p:Concept), (c)-[:OUTCOME]->(o:Concept)
WHERE c.confidence < $below
RETURN c.id AS claim, c.confidence AS confidence, CASE WHEN c.rule <> '' THEN c.rule END AS rule,
       p.id AS procedure, o.id AS outcome, c.basis AS basis, c.direction AS direction, c.quote AS quote
ORDER BY confidence, claim
