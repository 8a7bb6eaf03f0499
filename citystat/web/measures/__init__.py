"""Pages of measures: the list, one measure with its chart and places, its downloads, its trace."""
