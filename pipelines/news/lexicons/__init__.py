"""Word lists of the genre, one TSV a list."""
