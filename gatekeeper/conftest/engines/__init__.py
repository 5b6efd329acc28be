"""The engines as conftest's command uses them."""
