"""The grader's side of the sandbox: starting it, sending answers in, reading what comes out."""
