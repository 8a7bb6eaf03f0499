"""One chain: from a number back to its rows, definition and build, forward to sessions, decisions, commitments and budget lines."""
