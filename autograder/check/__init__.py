"""What the student's notebook and the grader share: observing an answer, and judging it."""
