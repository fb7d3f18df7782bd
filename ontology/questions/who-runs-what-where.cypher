// title: 谁在哪里推行什么，数据如何，依据哪句话 | Who runs what where, with what figures, and which sentence says so
// about: 每行是一件事：主体、举措、地点合为一条，数据和出处随行；原句取提到举措名称的一句。 | One row for each fact, with figures and source; of its sentences one that names the initiative.
// parameter: place string = "" | 地名，含下辖各级；空为全部 | name of a place, all below it included; empty for all
// parameter: body string = "" | 主体名称；空为全部 | name of a body; empty for all
// parameter: initiative string = "" | 举措名称里的字；空为全部 | part of an initiative's name; empty for all
// column: county | 县区 | county
// column: bodies | 主体 | bodies
// column: initiative | 举措 | initiative
// column: places | 地点 | places
// column: when | 时间 | when
// column: figures | 数据 | figures
// column: articles | 文章 | articles
// column: sentence | 原句 | sentence
MATCH (x:Implementation)-[:OF]->(i:Initiative)
WHERE ($initiative = '' OR i.name CONTAINS $initiative)
  AND ($body = '' OR EXISTS { MATCH (x)-[:BY]->(wanted:Organization) WHERE $body IN wanted.names })
  AND ($place = '' OR EXISTS { MATCH (x)-[:AT]->(:Place)-[:WITHIN*0..6]->(above:Place) WHERE $place IN above.names })
MATCH (x)-[:BY]->(o:Organization)
WITH x, i, o ORDER BY o.name, o.iri
WITH x, i, collect(DISTINCT o.name) AS bodies
OPTIONAL MATCH (x)-[:AT]->(p:Place)
WITH x, i, bodies, p ORDER BY p.name, p.iri
WITH x, i, bodies, collect(DISTINCT p.name) AS places
OPTIONAL MATCH (x)-[:AT]->(:Place)-[:WITHIN*0..6]->(c:County)
WITH x, i, bodies, places, c ORDER BY c.code, c.name
WITH x, i, bodies, places, collect(c.name) AS counties
OPTIONAL MATCH (x)-[:HAS_METRIC]->(m:Metric)
WITH x, i, bodies, places, counties, m ORDER BY m.name, m.iri
WITH x, i, bodies, places, counties, collect(DISTINCT m.name) AS figures
OPTIONAL MATCH (x)-[:EVIDENCED_BY]->(s:Sentence)-[:IN_ARTICLE]->(a:Article)
WITH x, i, bodies, places, counties, figures, s, a, CASE WHEN any(known IN i.names WHERE s.text CONTAINS known) THEN 0 ELSE 1 END AS rank
ORDER BY rank, a.doc, s.start
WITH x, i, bodies, places, counties, figures, collect(DISTINCT a.doc) AS found, collect(s.text) AS sentences
UNWIND found AS article
WITH x, i, bodies, places, counties, figures, sentences, article ORDER BY article
WITH x, i, bodies, places, counties, figures, sentences, collect(article) AS articles
RETURN coalesce(counties[0], '') AS county, bodies, i.name AS initiative, places, x.when AS `when`, figures, articles, sentences[0] AS sentence
ORDER BY county, initiative, bodies[0], x.iri
