"""What programs may ask for, how a token is written, how a message is signed. Pure."""
