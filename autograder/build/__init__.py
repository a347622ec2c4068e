"""From lesson sources to notebooks, check data and the proof that they hold."""
