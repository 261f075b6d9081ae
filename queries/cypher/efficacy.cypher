MATCH (p:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {basis: 'between'})-[:PROCEDURE]->(p)
MATCH (c)-[:OUTCOME]->(o:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT p, c
MATCH (c)-[:INDICATION]->(i:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(condition:Concept)
WHERE condition.iri IN $indication
WITH DISTINCT p, c, i
MATCH (c)-[:SOURCE]->(pub:Publication {retracted: false})-[:DESIGN]->(d:Concept),
  (pub)-[:REPORTS_STUDY]->(s:Study)
WITH p, i, c, d, s, NOT d.id IN ['systematic-review', 'guideline', 'narrative-review'] AS own
RETURN p.id AS procedure, i.id AS indication,
       count(DISTINCT CASE WHEN own THEN s.id END) AS studies,
       count(DISTINCT CASE WHEN d.id = 'randomised-trial' THEN s.id END) AS trials,
       count(DISTINCT CASE WHEN d.id = 'systematic-review' THEN s.id END) AS reviews,
       count(DISTINCT CASE WHEN own AND c.direction = 'better' THEN s.id END) AS better,
       count(DISTINCT CASE WHEN own AND c.direction = 'no-difference' THEN s.id END) AS no_difference,
       count(DISTINCT CASE WHEN own AND c.direction = 'worse' THEN s.id END) AS worse
ORDER BY studies DESC, reviews DESC, procedure, indication
