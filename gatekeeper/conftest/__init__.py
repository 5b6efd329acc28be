"""conftest's command: its formats, its semantics, its outputs."""
