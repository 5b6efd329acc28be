"""How to get OPA: said in one way wherever it is missing."""

INSTALL = "install OPA (https://www.openpolicyagent.org/docs#1-download-opa, or `brew install opa`) and put it on PATH"
GET_OPA = f"{INSTALL}, or name it in the settings (policy.opa)"
DOCTOR = "`gatekeeper doctor` tells how to get OPA"
