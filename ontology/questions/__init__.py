"""The analysts' library: one question a file."""
