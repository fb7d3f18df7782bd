// title: 哪些事实有多篇文章支持 | Facts that several articles support
// about: 转载目前仍按一篇文章计。 | A reprint still counts as an article of its own.
// parameter: least integer = 2 | 至少几篇文章 | least number of articles
// column: subject | 主语 | subject
// column: relation | 关系 | relation
// column: object | 宾语 | object
// column: support | 文章数 | number of articles
// column: articles | 文章 | articles
MATCH (s)-[r]->(o)
WHERE r.support >= $least AND NOT s:Implementation
RETURN s.name AS subject, type(r) AS relation, o.name AS object, r.support AS support, r.articles AS articles
ORDER BY support DESC, relation, subject, object, s.iri, o.iri
