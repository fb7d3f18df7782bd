// title: 一个机构推行哪些举措，在哪里，有何数据 | Which initiatives a body runs, where, with what figures
// about: 数据取该机构名下的记录；同一数据只列一次。 | Figures are those on record for this body; each is listed once.
// parameter: body string | 机构名称，如 菖蒲镇党委 | name of a body
// column: body | 机构 | body
// column: initiative | 举措 | initiative
// column: kind | 类别 | kind
// column: places | 地点 | places
// column: figures | 数据 | figures
// column: articles | 文章 | articles
MATCH (o:Organization)-[r:RUNS]->(i:Initiative)
WHERE $body IN o.names
OPTIONAL MATCH (i)-[:IMPLEMENTED_IN]->(p:Place)
WITH o, r, i, p ORDER BY p.name, p.iri
WITH o, r, i, collect(DISTINCT p.name) AS places
OPTIONAL MATCH (o)<-[:BY]-(x:Implementation)-[:OF]->(i)
OPTIONAL MATCH (x)-[:HAS_METRIC]->(m:Metric)
WITH o, r, i, places, m ORDER BY m.name, m.iri
WITH o, r, i, places, collect(DISTINCT m.name) AS figures
RETURN o.name AS body, i.name AS initiative, i.kind AS kind, places, figures, r.articles AS articles
ORDER BY body, initiative, o.iri, i.iri
