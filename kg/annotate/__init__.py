"""Article → spaCy Doc with mentions, quantities and dates."""
