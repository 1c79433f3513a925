"""What bulletins are made of."""
