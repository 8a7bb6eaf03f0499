"""Performance data for everyone: what is in the package, and the package itself."""
