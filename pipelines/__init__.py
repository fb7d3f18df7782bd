"""How the text says it: rules, lexicons and thresholds, one folder a genre. Data only."""
