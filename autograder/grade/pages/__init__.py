"""What a teacher's browser is given of a student's: cleaned, bounded, and unable to run."""
