"""One module a command: run(args) -> exit code."""
