"""One file a command; it parses, calls a road and prints."""
