"""What a person or a program can have done, as functions from values to values: nothing is parsed or printed here."""
