// title: 谁和谁结对、共建、帮扶 | Who partners with whom
// about: 结对不分先后，两边都查。 | Partnership has no direction; both sides are looked up.
// parameter: name string = "" | 机构或人名；空为全部 | name of a body or person; empty for all
// column: one | 甲方 | one
// column: other | 乙方 | other
// column: articles | 文章 | articles
// column: support | 原文数 | number of originals
MATCH (a)-[r:PARTNERS_WITH]->(b)
WHERE $name = '' OR $name IN a.names OR $name IN b.names
WITH a, r, b, a.name <= b.name AS ordered
RETURN CASE WHEN ordered THEN a.name ELSE b.name END AS one, CASE WHEN ordered THEN b.name ELSE a.name END AS other,
  r.articles AS articles, r.support AS support
ORDER BY one, other, a.iri, b.iri
