"""Saved analyses: measures and searches somebody saved for others, opened with the numbers of today."""
