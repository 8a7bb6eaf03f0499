"""Public pages of the plan: the version in force, earlier ones, each goal with live figures, themes across departments."""
