"""Builtin functions that policies may not call, in no engine, and why."""

# Network and environment are closed to all policies.
OUTWARD = {
    "http.send": "reaches out to the network",
    "net.lookup_ip_addr": "reaches out to the network",
    "opa.runtime": "shows the environment",
}
# Judging must be repeatable; the tools for policy writers keep what OPA has.
IMPURE = OUTWARD | {
    "rand.intn": "gives another result each time",
    "time.now_ns": "gives another result each time",
    "trace": "does nothing here",
    "uuid.rfc4122": "gives another result each time",
}
