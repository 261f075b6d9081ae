MATCH (p:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {basis: 'between'})-[:PROCEDURE]->(p), (c)-[:COMPARATOR]->(q:Concept)
MATCH (c)-[:OUTCOME]->(o:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT c, p, q, o
MATCH (c)-[:SOURCE]->(pub:Publication {retracted: false})-[:DESIGN]->(d:Concept),
  (pub)-[:REPORTS_STUDY]->(s:Study)
WHERE NOT d.id IN ['systematic-review', 'guideline', 'narrative-review']
WITH p.id AS procedure, q.id AS comparator, o.id AS outcome, count(DISTINCT s.id) AS studies,
       count(DISTINCT CASE WHEN c.direction = 'better' THEN s.id END) AS better,
       count(DISTINCT CASE WHEN c.direction = 'no-difference' THEN s.id END) AS no_difference,
       count(DISTINCT CASE WHEN c.direction = 'worse' THEN s.id END) AS worse
WHERE studies > 1 AND ((better > 0 AND no_difference > 0) OR (better > 0 AND worse > 0)
  OR (no_difference > 0 AND worse > 0))
RETURN procedure, comparator, outcome, better, no_difference, worse
ORDER BY procedure, comparator, outcome
