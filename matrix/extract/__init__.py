"""One module per upstream format: the text of a file -> facts."""
