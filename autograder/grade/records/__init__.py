"""What grading leaves behind: the gradebook, autograded notebooks, the journal of a run."""
