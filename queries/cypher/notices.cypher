UNWIND ['corrected', 'expression of concern'] AS kind
MATCH (pub:Publication)
WHERE (kind = 'corrected' AND pub.corrected) OR (kind = 'expression of concern' AND pub.underConcern)
OPTIONAL MATCH (pub)-[link:LINKS_TO]->(note:Reference)
WHERE link.type = CASE kind WHEN 'corrected' THEN 'isCorrectedBy' ELSE 'concernRaisedBy' END
RETURN DISTINCT pub.pmid AS publication, kind, note.pmid AS notice, pub.year AS year, pub.title AS title
ORDER BY publication, kind, coalesce(notice, '')
