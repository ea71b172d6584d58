"""The rows of an export -> files, and the words that describe them."""
