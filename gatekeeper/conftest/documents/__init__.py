"""Source files as conftest hands them to policies: one file a format."""
