MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {basis: 'between', retracted: false})-[:PROCEDURE]->(p)
MATCH (c)-[:OUTCOME]->(o:Concept)-[:UNDER]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT p, c
MATCH (c)-[:INDICATION]->(i:Concept)-[:UNDER]->(condition:Concept)
WHERE condition.iri IN $indication
WITH DISTINCT p, c, i
WITH p, i, c, NOT c.design IN ['systematic-review', 'guideline', 'narrative-review'] AS own
RETURN p.id AS procedure, i.id AS indication,
       count(DISTINCT CASE WHEN own THEN c.study END) AS studies,
       count(DISTINCT CASE WHEN c.design = 'randomised-trial' THEN c.study END) AS trials,
       count(DISTINCT CASE WHEN c.design = 'systematic-review' THEN c.study END) AS reviews,
       count(DISTINCT CASE WHEN own AND c.direction = 'better' THEN c.study END) AS better,
       count(DISTINCT CASE WHEN own AND c.direction = 'no-difference' THEN c.study END) AS no_difference,
       count(DISTINCT CASE WHEN own AND c.direction = 'worse' THEN c.study END) AS worse
ORDER BY studies DESC, reviews DESC, procedure, indication
