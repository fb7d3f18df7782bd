// title: 哪些数据各文说法不一 | Figures on which articles disagree
// about: 同一举措、同一名目（末两字相同）、同一单位，两篇文章的数值没有一个相同；转载中与原文相同的数字不计。 | One initiative, one measure (by its last two characters), one unit; two articles share no value. What a reprint repeats of its original is left out.
// column: initiative | 举措 | initiative
// column: measure | 名目 | measure
// column: unit | 单位 | unit
// column: article | 文章 | article
// column: published | 发布日期 | published
// column: values | 数值 | values
// column: other_article | 另一篇 | other article
// column: other_published | 另一篇的发布日期 | other published
// column: other_values | 另一数值 | other values
MATCH (i:Initiative)<-[:OF]-(:Implementation)-[:HAS_METRIC]->(m:Metric)-[:EVIDENCED_BY]->(:Sentence)-[:IN_ARTICLE]->(a:Article)
WHERE a.reprint_of IS NULL OR NOT EXISTS { MATCH (m)-[:EVIDENCED_BY]->(:Sentence)-[:IN_ARTICLE]->(o:Article) WHERE o.doc = a.reprint_of }
WITH DISTINCT i, right(m.measure, 2) AS measure, m.unit AS unit, a.doc AS doc, coalesce(a.published, '') AS published, m.value AS value
ORDER BY value
WITH i, measure, unit, doc, published, collect(value) AS stated
WITH i, measure, unit, collect({doc: doc, published: published, stated: stated}) AS reports
UNWIND reports AS one
UNWIND reports AS other
WITH i, measure, unit, one, other
WHERE one.doc < other.doc AND none(value IN one.stated WHERE value IN other.stated)
RETURN i.name AS initiative, measure, unit, one.doc AS article, one.published AS published, one.stated AS values,
  other.doc AS other_article, other.published AS other_published, other.stated AS other_values
ORDER BY initiative, measure, unit, article, other_article, i.iri
