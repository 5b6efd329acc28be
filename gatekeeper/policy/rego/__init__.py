"""Reading Rego: what modules define and refer to, and what an engine would answer differently."""
