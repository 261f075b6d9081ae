MATCH (i:Concept)-[:UNDER]->(condition:Concept)
WHERE condition.iri IN $indication
WITH DISTINCT i
MATCH (c:Claim {basis: 'between', retracted: false})-[:INDICATION]->(i)
WITH DISTINCT c
MATCH (c)-[:OUTCOME]->(o:Concept)-[:UNDER]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT c, o
MATCH (c)-[:PROCEDURE]->(p:Concept)
OPTIONAL MATCH (c)-[:COMPARATOR]->(q:Concept)
WITH c, p, q, NOT c.design IN ['systematic-review', 'guideline', 'narrative-review'] AS own
RETURN p.id AS procedure, q.id AS comparator,
       count(DISTINCT CASE WHEN own THEN c.study END) AS studies,
       count(DISTINCT CASE WHEN c.design = 'randomised-trial' THEN c.study END) AS trials,
       count(DISTINCT CASE WHEN c.design = 'systematic-review' THEN c.study END) AS reviews,
       count(DISTINCT CASE WHEN own AND c.direction = 'better' THEN c.study END) AS better,
       count(DISTINCT CASE WHEN own AND c.direction = 'no-difference' THEN c.study END) AS no_difference,
       count(DISTINCT CASE WHEN own AND c.direction = 'worse' THEN c.study END) AS worse
ORDER BY studies DESC, reviews DESC, procedure, coalesce(comparator, '')
