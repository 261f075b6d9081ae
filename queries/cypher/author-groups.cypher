MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (pub:Publication {scope: 'on', retracted: false})-[:EVALUATED_PROCEDURE]->(p), (pub)-[:DESIGN]->(d:Concept),
  (pub)-[:REPORTS_STUDY]->(s:Study)
WHERE NOT d.id IN ['systematic-review', 'guideline', 'narrative-review', 'protocol', 'correspondence']
  AND ('https://w3id.org/spinekg/vocab#indications' IN $indication OR EXISTS {
    MATCH (pub)-[:EVALUATED_INDICATION]->(:Concept)-[:UNDER]->(i:Concept) WHERE i.iri IN $indication
  })
WITH count(DISTINCT s.id) AS of_studies
MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT of_studies, p
MATCH (pub:Publication {scope: 'on', retracted: false})-[:EVALUATED_PROCEDURE]->(p), (pub)-[:DESIGN]->(d:Concept),
  (pub)-[:REPORTS_STUDY]->(s:Study)
WHERE NOT d.id IN ['systematic-review', 'guideline', 'narrative-review', 'protocol', 'correspondence']
  AND ('https://w3id.org/spinekg/vocab#indications' IN $indication OR EXISTS {
    MATCH (pub)-[:EVALUATED_INDICATION]->(:Concept)-[:UNDER]->(i:Concept) WHERE i.iri IN $indication
  })
OPTIONAL MATCH (c:Claim {basis: 'between', direction: 'better'})-[:SOURCE]->(pub), (c)-[:PROCEDURE]->(p)
WITH of_studies, pub, d, s, count(c) AS found
UNWIND pub.authors AS name
RETURN name AS author, count(DISTINCT s.id) AS studies,
       count(DISTINCT CASE WHEN d.id = 'randomised-trial' THEN s.id END) AS trials,
       count(DISTINCT CASE WHEN found > 0 THEN s.id END) AS better, of_studies
ORDER BY studies DESC, author
LIMIT 50
