// title: 一篇文章说了什么 | What one article says
// about: 列出该文认定的全部关系，计划、否定和传闻除外。 | All relations that the article asserts; plans, denials and hearsay are left out.
// parameter: article string | 文章的文件名，如 15-zigui-guojiaba-a.txt | the article's file name
// column: subject | 主语 | subject
// column: relation | 关系 | relation
// column: object | 宾语 | object
// column: role | 职务 | role
MATCH (s)-[r]->(o)
WHERE $article IN r.articles AND NOT s:Implementation
RETURN s.name AS subject, type(r) AS relation, o.name AS object, coalesce(r.role, '') AS role
ORDER BY relation, subject, object, s.iri, o.iri
