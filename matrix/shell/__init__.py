"""POSIX shell scripts: text -> tokens -> commands, conditionals and case arms; a test -> an expression."""
