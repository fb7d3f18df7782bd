"""A sample corpus, written for this project: real counties, invented villages, people and figures."""
