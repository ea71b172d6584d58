"""What a cell was at each release -> text."""
