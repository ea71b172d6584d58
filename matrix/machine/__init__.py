"""The machine we run on: its executables, each run within bounds, and what they say of themselves."""
