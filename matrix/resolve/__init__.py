"""Facts of chosen versions -> verdicts, contradictions and requirements. Pure: no clock, no files, no network."""
