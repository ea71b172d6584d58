"""The command line: words in, text and an exit code out. Each command is one module."""
