MATCH (one:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(t:Concept)
WHERE t.iri IN $technique
WITH collect(DISTINCT one.iri) AS ones
MATCH (two:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(u:Concept)
WHERE u.iri IN $other
WITH ones, collect(DISTINCT two.iri) AS twos
MATCH (c:Claim {basis: 'between'})-[:PROCEDURE]->(p:Concept), (c)-[:COMPARATOR]->(q:Concept)
WITH c, p.iri IN ones AND q.iri IN twos AS straight, q.iri IN ones AND p.iri IN twos AS turned
WHERE straight OR turned
MATCH (c)-[:SOURCE]->(pub:Publication {retracted: false})-[:DESIGN]->(d:Concept), (pub)-[:REPORTS_STUDY]->(s:Study),
  (c)-[:OUTCOME]->(o:Concept)
WHERE NOT d.id IN ['systematic-review', 'guideline', 'narrative-review']
RETURN o.id AS outcome, count(DISTINCT s.id) AS studies,
       count(DISTINCT CASE WHEN (straight AND c.direction = 'better') OR (turned AND c.direction = 'worse')
         THEN s.id END) AS favours_technique,
       count(DISTINCT CASE WHEN c.direction = 'no-difference' THEN s.id END) AS no_difference,
       count(DISTINCT CASE WHEN (straight AND c.direction = 'worse') OR (turned AND c.direction = 'better')
         THEN s.id END) AS favours_other
ORDER BY outcome
