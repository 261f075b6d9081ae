MATCH (d:Concept)-[:UNDER]->(wide:Concept)
WHERE wide.iri IN $design AND (wide.iri <> 'https://w3id.org/spinekg/vocab#designs'
  OR NOT d.id IN ['systematic-review', 'guideline', 'narrative-review'])
WITH DISTINCT d
MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT d, p
MATCH (pub:Publication {scope: 'on', retracted: false})-[:EVALUATED_PROCEDURE]->(p), (pub)-[:DESIGN]->(d),
  (pub)-[:REPORTS_STUDY]->(s:Study)
WHERE pub.sampleSize IS NOT NULL
RETURN DISTINCT s.id AS study, pub.sampleSize AS patients, pub.pmid AS publication, pub.year AS year,
       d.id AS design, pub.title AS title
ORDER BY patients DESC, publication
LIMIT 50
