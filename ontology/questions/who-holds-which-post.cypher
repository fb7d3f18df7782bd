// title: 谁在哪个机构任什么职 | Who holds which post in which body
// about: 只列现任；原任、曾任不在其中。 | Present posts only; former ones are left out.
// parameter: place string = "" | 地名，含下辖各级；空为全部 | name of a place, all below it included; empty for all
// parameter: body string = "" | 机构名称；空为全部 | name of a body; empty for all
// column: person | 姓名 | person
// column: post | 职务 | post
// column: body | 机构 | body
// column: places | 所在地 | places
// column: since | 起 | since
// column: until | 止 | until
// column: articles | 文章 | articles
MATCH (h:Person)-[r:HOLDS_POST]->(o:Organization)
WHERE ($body = '' OR $body IN o.names)
  AND ($place = '' OR EXISTS { MATCH (o)-[:LOCATED_IN]->(:Place)-[:WITHIN*0..6]->(above:Place) WHERE $place IN above.names })
OPTIONAL MATCH (o)-[:LOCATED_IN]->(p:Place)
WITH h, r, o, p ORDER BY p.name, p.iri
WITH h, r, o, collect(DISTINCT p.name) AS places
RETURN h.name AS person, coalesce(r.role, '') AS post, o.name AS body, places,
  coalesce(r.`from`, '') AS since, coalesce(r.`to`, '') AS until, r.articles AS articles
ORDER BY body, person, post, o.iri, h.iri
