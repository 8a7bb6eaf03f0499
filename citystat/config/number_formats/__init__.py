"""How Django writes numbers and dates, by language."""
