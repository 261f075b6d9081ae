MATCH (one:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH collect(DISTINCT one.iri) AS ones
MATCH (two:Concept)-[:UNDER]->(u:Concept)
WHERE u.iri IN $other
WITH ones, collect(DISTINCT two.iri) AS twos
MATCH (c:Claim {basis: 'between', retracted: false})-[:PROCEDURE]->(p:Concept), (c)-[:COMPARATOR]->(q:Concept)
WITH c, p.iri IN ones AND q.iri IN twos AS straight, q.iri IN ones AND p.iri IN twos AS turned
WHERE straight OR turned
MATCH (c)-[:OUTCOME]->(o:Concept)
WHERE NOT c.design IN ['systematic-review', 'guideline', 'narrative-review']
RETURN o.id AS outcome, count(DISTINCT c.study) AS studies,
       count(DISTINCT CASE WHEN (straight AND c.direction = 'better') OR (turned AND c.direction = 'worse')
         THEN c.study END) AS favours_technique,
       count(DISTINCT CASE WHEN c.direction = 'no-difference' THEN c.study END) AS no_difference,
       count(DISTINCT CASE WHEN (straight AND c.direction = 'worse') OR (turned AND c.direction = 'better')
         THEN c.study END) AS favours_other
ORDER BY outcome
