"""What the papers compute from wells: pure functions of heights and temperatures."""
