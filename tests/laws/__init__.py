"""Laws that hold in any small world, under Hypothesis."""
