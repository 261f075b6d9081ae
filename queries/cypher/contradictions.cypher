MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {basis: 'between', retracted: false})-[:PROCEDURE]->(p), (c)-[:COMPARATOR]->(q:Concept)
MATCH (c)-[:OUTCOME]->(o:Concept)-[:UNDER]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT c, p, q, o
WHERE NOT c.design IN ['systematic-review', 'guideline', 'narrative-review']
WITH p.id AS procedure, q.id AS comparator, o.id AS outcome, count(DISTINCT c.study) AS studies,
       count(DISTINCT CASE WHEN c.direction = 'better' THEN c.study END) AS better,
       count(DISTINCT CASE WHEN c.direction = 'no-difference' THEN c.study END) AS no_difference,
       count(DISTINCT CASE WHEN c.direction = 'worse' THEN c.study END) AS worse
WHERE studies > 1 AND ((better > 0 AND no_difference > 0) OR (better > 0 AND worse > 0)
  OR (no_difference > 0 AND worse > 0))
RETURN procedure, comparator, outcome, better, no_difference, worse
ORDER BY procedure, comparator, outcome
