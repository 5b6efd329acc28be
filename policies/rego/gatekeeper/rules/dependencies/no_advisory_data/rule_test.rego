package gatekeeper.rules.dependencies.no_advisory_data_test

import data.gatekeeper.rules.dependencies.no_advisory_data as rule
import rego.v1

evidence(unchecked, lockfiles) := {
	"vulnerabilities": {"data": [], "unchecked": unchecked, "matches": []},
	"packages": {"manifests": [], "lockfiles": lockfiles},
}

lockfile(path, ecosystem) := {"at": {"path": path}, "ecosystem": ecosystem, "packages": []}

test_flagged_at_the_first_lockfile if {
	found := rule.deny with input as evidence(["npm"], [
		lockfile("uv.lock", "PyPI"),
		lockfile("a/package-lock.json", "npm"), lockfile("b/package-lock.json", "npm"),
	])
	found == {{
		"message": "Packages of npm were not checked for known vulnerabilities: there is no advisory data",
		"subject": "npm", "at": {"path": "a/package-lock.json"},
	}}
}

test_flagged_once_for_each_ecosystem if {
	found := rule.deny with input as evidence(["Go", "npm"], [lockfile("go.mod", "Go"), lockfile("package-lock.json", "npm")])
	count(found) == 2
}

test_unknown_lockfile_is_still_flagged if {
	found := rule.deny with input as evidence(["Go"], [])
	[finding.at | some finding in found] == [{"path": ""}]
}

test_not_flagged_everything_checked if {
	found := rule.deny with input as evidence([], [lockfile("uv.lock", "PyPI")])
	count(found) == 0
}

test_not_flagged_nothing_collected if {
	found := rule.deny with input as {}
	count(found) == 0
}
