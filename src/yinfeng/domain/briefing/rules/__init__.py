"""What a bulletin says, checked with nothing but its own figures. Pure: no Django, no clock, no database."""
