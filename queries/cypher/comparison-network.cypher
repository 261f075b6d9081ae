MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {basis: 'between', retracted: false})-[:PROCEDURE]->(p),
  (c)-[:COMPARATOR]->(q:Concept), (c)-[:OUTCOME]->(o:Concept)
WHERE ('https://w3id.org/spinekg/vocab#outcomes' IN $outcome OR EXISTS {
  MATCH (o)-[:UNDER]->(wide:Concept) WHERE wide.iri IN $outcome
}) AND ('https://w3id.org/spinekg/vocab#indications' IN $indication OR EXISTS {
  MATCH (c)-[:INDICATION]->(:Concept)-[:UNDER]->(i:Concept) WHERE i.iri IN $indication
}) AND NOT c.design IN ['systematic-review', 'guideline', 'narrative-review']
WITH p.id AS procedure, q.id AS comparator, c.study AS study, max(coalesce(c.sampleSize, 0)) AS size,
     max(CASE WHEN c.design = 'randomised-trial' THEN 1 ELSE 0 END) AS randomised,
     max(CASE WHEN c.direction = 'better' THEN 1 ELSE 0 END) AS forth,
     max(CASE WHEN c.direction = 'no-difference' THEN 1 ELSE 0 END) AS even,
     max(CASE WHEN c.direction = 'worse' THEN 1 ELSE 0 END) AS against
RETURN procedure, comparator, count(study) AS studies, sum(randomised) AS trials, sum(size) AS patients,
       sum(forth) AS better, sum(even) AS no_difference, sum(against) AS worse
ORDER BY studies DESC, procedure, comparator
