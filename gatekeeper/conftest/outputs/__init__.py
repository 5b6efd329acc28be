"""conftest's outputs, one file a format."""
