"""What a student has solved so far, kept on their machine."""
