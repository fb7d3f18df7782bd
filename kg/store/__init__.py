"""The stores: the RDF record, the property graph embedded and on Neo4j."""
