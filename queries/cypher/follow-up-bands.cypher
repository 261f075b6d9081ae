MATCH (p:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {basis: 'between'})-[:PROCEDURE]->(p)
WITH DISTINCT c
MATCH (c)-[:OUTCOME]->(o:Concept)-[:BROADER|TOP_CONCEPT_OF*0..8]->(wide:Concept)
WHERE wide.iri IN $outcome
WITH DISTINCT c
UNWIND c.followupDays AS day
UNWIND $scheme AS term
WITH c, day, term
WHERE day >= term.first AND day <= term.last
WITH DISTINCT c, term.band AS band, term.first AS from_day
MATCH (c)-[:SOURCE]->(pub:Publication {retracted: false})-[:DESIGN]->(d:Concept),
  (pub)-[:REPORTS_STUDY]->(s:Study)
WHERE ('https://w3id.org/spinekg/vocab#indications' IN $indication OR EXISTS {
  MATCH (c)-[:INDICATION]->(:Concept)-[:BROADER*0..8]->(i:Concept) WHERE i.iri IN $indication
})
WITH band, from_day, c, d, s, NOT d.id IN ['systematic-review', 'guideline', 'narrative-review'] AS own
RETURN band, from_day,
       count(DISTINCT CASE WHEN own THEN s.id END) AS studies,
       count(DISTINCT CASE WHEN d.id = 'randomised-trial' THEN s.id END) AS trials,
       count(DISTINCT CASE WHEN d.id = 'systematic-review' THEN s.id END) AS reviews,
       count(DISTINCT CASE WHEN own AND c.direction = 'better' THEN s.id END) AS better,
       count(DISTINCT CASE WHEN own AND c.direction = 'no-difference' THEN s.id END) AS no_difference,
       count(DISTINCT CASE WHEN own AND c.direction = 'worse' THEN s.id END) AS worse
ORDER BY from_day, band
