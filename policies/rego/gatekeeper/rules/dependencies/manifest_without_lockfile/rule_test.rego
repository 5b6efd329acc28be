package gatekeeper.rules.dependencies.manifest_without_lockfile_test

import data.gatekeeper.rules.dependencies.manifest_without_lockfile as rule
import rego.v1

place := {"path": "app/pyproject.toml"}

manifest(requirements, lockfiles) := {"packages": {"lockfiles": [], "manifests": [{
	"at": place, "format": "pyproject.toml", "ecosystem": "PyPI", "name": "app", "version": "",
	"requirements": requirements, "lockfiles": lockfiles,
}]}}

requirement(constraint) := {"at": place, "name": "a", "constraint": constraint, "development": false}

test_flagged_no_lockfile if {
	found := rule.deny with input as manifest([requirement(">=1"), requirement("")], [])
	found == {{
		"message": "No lockfile pins the 2 dependencies of this manifest",
		"subject": "app/pyproject.toml", "at": place,
	}}
}

test_flagged_even_if_the_manifest_pins if {
	found := rule.deny with input as manifest([requirement("==1.0")], [])
	count(found) == 1
}

test_not_flagged_locked if {
	found := rule.deny with input as manifest([requirement(">=1")], ["app/uv.lock"])
	count(found) == 0
}

test_not_flagged_no_dependencies if {
	found := rule.deny with input as manifest([], [])
	count(found) == 0
}

test_unknown_evidence_is_not_flagged if {
	found := rule.deny with input as {"packages": {"$unknown": "x"}}
	count(found) == 0
}
