MATCH (p:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {basis: 'between'})-[:PROCEDURE]->(p), (c)-[:COMPARATOR]->(q:Concept), (c)-[:OUTCOME]->(o:Concept)
WHERE ('https://w3id.org/spinekg/vocab#outcomes' IN $outcome OR EXISTS {
  MATCH (o)-[:BROADER*0..8]->(wide:Concept) WHERE wide.iri IN $outcome
}) AND ('https://w3id.org/spinekg/vocab#indications' IN $indication OR EXISTS {
  MATCH (c)-[:INDICATION]->(:Concept)-[:BROADER*0..8]->(i:Concept) WHERE i.iri IN $indication
})
MATCH (c)-[:SOURCE]->(pub:Publication {retracted: false})-[:DESIGN]->(d:Concept),
  (pub)-[:REPORTS_STUDY]->(s:Study)
WHERE NOT d.id IN ['systematic-review', 'guideline', 'narrative-review']
WITH p.id AS procedure, q.id AS comparator, s.id AS study, max(coalesce(pub.sampleSize, 0)) AS size,
     max(CASE WHEN d.id = 'randomised-trial' THEN 1 ELSE 0 END) AS randomised,
     max(CASE WHEN c.direction = 'better' THEN 1 ELSE 0 END) AS forth,
     max(CASE WHEN c.direction = 'no-difference' THEN 1 ELSE 0 END) AS even,
     max(CASE WHEN c.direction = 'worse' THEN 1 ELSE 0 END) AS against
RETURN procedure, comparator, count(study) AS studies, sum(randomised) AS trials, sum(size) AS patients,
       sum(forth) AS better, sum(even) AS no_difference, sum(against) AS worse
ORDER BY studies DESC, procedure, comparator
