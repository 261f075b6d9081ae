MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (pub:Publication {scope: 'on', retracted: false})-[:EVALUATED_PROCEDURE]->(p), (pub)-[:DESIGN]->(d:Concept),
  (pub)-[:REPORTS_STUDY]->(s:Study)
WHERE pub.year IS NOT NULL AND ('https://w3id.org/spinekg/vocab#indications' IN $indication OR EXISTS {
  MATCH (pub)-[:EVALUATED_INDICATION]->(:Concept)-[:UNDER]->(i:Concept) WHERE i.iri IN $indication
})
OPTIONAL MATCH (c:Claim {basis: 'between', direction: 'better'})-[:SOURCE]->(pub), (c)-[:PROCEDURE]->(p)
WITH pub, d, s, count(c) AS found,
     NOT d.id IN ['systematic-review', 'guideline', 'narrative-review', 'protocol', 'correspondence'] AS own
RETURN pub.year AS year, count(DISTINCT pub.pmid) AS publications,
       count(DISTINCT CASE WHEN own THEN s.id END) AS studies,
       count(DISTINCT CASE WHEN d.id = 'randomised-trial' THEN s.id END) AS trials,
       count(DISTINCT CASE WHEN d.id = 'systematic-review' THEN s.id END) AS reviews,
       count(DISTINCT CASE WHEN own AND found > 0 THEN s.id END) AS better
ORDER BY year DESC
