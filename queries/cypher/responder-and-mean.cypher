MATCH (p:Concept)-[:UNDER]->(t:Concept)
WHERE t.iri IN $technique
WITH DISTINCT p
MATCH (c:Claim {basis: 'between', retracted: false})-[:PROCEDURE]->(p)
MATCH (c)-[:OUTCOME]->(:Concept)-[:UNDER]->(root:Concept)
WHERE root.iri IN ['https://w3id.org/spinekg/outcome/pain-responder', 'https://w3id.org/spinekg/outcome/pain-intensity']
  AND NOT c.design IN ['systematic-review', 'guideline', 'narrative-review']
  AND ('https://w3id.org/spinekg/vocab#indications' IN $indication OR EXISTS {
  MATCH (c)-[:INDICATION]->(:Concept)-[:UNDER]->(i:Concept) WHERE i.iri IN $indication
})
OPTIONAL MATCH (c)-[:COMPARATOR]->(q:Concept)
WITH p.id AS procedure, q.id AS comparator, c.study AS study, root.id = 'pain-responder' AS responder, c.direction AS way
WITH procedure, comparator, study,
     max(CASE WHEN responder THEN 1 ELSE 0 END) AS r_any, max(CASE WHEN responder THEN 0 ELSE 1 END) AS m_any,
     max(CASE WHEN responder AND way = 'better' THEN 1 ELSE 0 END) AS r_better,
     max(CASE WHEN responder AND way = 'no-difference' THEN 1 ELSE 0 END) AS r_even,
     max(CASE WHEN responder AND way = 'worse' THEN 1 ELSE 0 END) AS r_worse,
     max(CASE WHEN NOT responder AND way = 'better' THEN 1 ELSE 0 END) AS m_better,
     max(CASE WHEN NOT responder AND way = 'no-difference' THEN 1 ELSE 0 END) AS m_even,
     max(CASE WHEN NOT responder AND way = 'worse' THEN 1 ELSE 0 END) AS m_worse
RETURN procedure, comparator, sum(r_better) AS responder_better, sum(r_even) AS responder_no_difference,
       sum(r_worse) AS responder_worse, sum(m_better) AS mean_better, sum(m_even) AS mean_no_difference,
       sum(m_worse) AS mean_worse, sum(r_any * m_any) AS in_both,
       sum(CASE WHEN r_better + m_better = 2 OR r_even + m_even = 2 OR r_worse + m_worse = 2 THEN 1 ELSE 0 END) AS agree
ORDER BY in_both DESC, procedure, coalesce(comparator, '')
