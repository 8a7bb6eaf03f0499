"""Published numbers with their sources, and slow second implementations the fast ones must agree with."""
