"""OPA as an engine: a server of our own on a private socket, or the organisation's."""
