"""gatekeeper: a policy-as-code gate and supply-chain verifier."""
