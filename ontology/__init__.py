"""What exists, what is allowed, what can be asked: data only."""
