"""A question -> its answer: the versions chosen, the facts loaded, the verdicts resolved."""
