"""What the assessment decides by: clocks, scores, checks. Pure."""
