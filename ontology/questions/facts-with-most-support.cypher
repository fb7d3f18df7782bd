// title: 哪些事实有多篇原文支持 | Facts that several originals support
// about: 转载与其原文合计为一篇。 | A reprint and its original count once.
// parameter: least integer = 2 | 至少几篇原文 | least number of originals
// column: subject | 主语 | subject
// column: relation | 关系 | relation
// column: object | 宾语 | object
// column: support | 原文数 | number of originals
// column: articles | 文章 | articles
MATCH (s)-[r]->(o)
WHERE r.support >= $least AND NOT s:Implementation
RETURN s.name AS subject, type(r) AS relation, o.name AS object, r.support AS support, r.articles AS articles
ORDER BY support DESC, relation, subject, object, s.iri, o.iri
