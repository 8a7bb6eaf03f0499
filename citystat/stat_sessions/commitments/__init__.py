"""Commitments: one owner, a due date, a definition of done, and everything that happens until somebody else has seen the evidence."""
