MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {retracted: false})-[:PROCEDURE]->(p)
WHERE c.basis IN ['within', 'between']
MATCH (c)-[:OUTCOME]->(o:Concept)
WHERE NOT c.design IN ['systematic-review', 'guideline', 'narrative-review']
WITH o.id AS outcome, p.id AS procedure, c.study AS study,
     max(CASE WHEN c.basis = 'within' AND c.direction = 'better' THEN 1 ELSE 0 END) AS improved,
     max(CASE WHEN c.basis = 'between' AND c.direction = 'better' THEN 1 ELSE 0 END) AS better,
     max(CASE WHEN c.basis = 'between' AND c.direction = 'no-difference' THEN 1 ELSE 0 END) AS even,
     max(CASE WHEN c.basis = 'between' AND c.direction = 'worse' THEN 1 ELSE 0 END) AS worse
RETURN outcome, count(DISTINCT CASE WHEN improved = 1 THEN study END) AS within_better,
       count(DISTINCT CASE WHEN better = 1 THEN study END) AS between_better,
       count(DISTINCT CASE WHEN even = 1 THEN study END) AS between_no_difference,
       count(DISTINCT CASE WHEN worse = 1 THEN study END) AS between_worse,
       count(DISTINCT CASE WHEN improved = 1 AND even = 1 THEN study END) AS improved_without_difference
ORDER BY outcome
