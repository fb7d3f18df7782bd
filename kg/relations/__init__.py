"""Annotated article → claims: who acts in each clause, what the verb says of it, where, with which figures."""
