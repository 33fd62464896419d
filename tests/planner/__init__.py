"""The planner, row by row and law by law: pure, so that no test needs anything but values."""
