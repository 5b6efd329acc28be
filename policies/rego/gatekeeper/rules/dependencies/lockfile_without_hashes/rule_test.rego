package gatekeeper.rules.dependencies.lockfile_without_hashes_test

import data.gatekeeper.rules.dependencies.lockfile_without_hashes as rule
import rego.v1

place := {"path": "requirements.txt"}

locked(name, hashes, source) := {"at": place, "name": name, "version": "1.0", "hashes": hashes, "source": {"type": source, "url": ""}}

lockfile(hashed, packages) := {"packages": {"manifests": [], "lockfiles": [{
	"at": place, "format": "requirements.txt", "ecosystem": "PyPI", "hashed": hashed, "pinned": true, "packages": packages,
}]}}

test_flagged_no_hashes if {
	found := rule.deny with input as lockfile(false, [locked("a", [], "registry"), locked("b", [], "registry")])
	found == {{"message": "2 of 2 packages have no hash, among them a, b", "subject": "requirements.txt", "at": place}}
}

test_flagged_one_without_a_hash if {
	found := rule.deny with input as lockfile(false, [locked("a", ["sha256:00"], "registry"), locked("b", [], "url")])
	[finding.message | some finding in found] == ["1 of 2 packages have no hash, among them b"]
}

test_not_flagged_hashed if {
	found := rule.deny with input as lockfile(true, [locked("a", ["sha256:00"], "registry"), locked("b", [], "git")])
	count(found) == 0
}

test_not_flagged_empty if {
	found := rule.deny with input as lockfile(false, [])
	count(found) == 0
}

test_unknown_source_is_no_package_without_hash if {
	found := rule.deny with input as lockfile(false, [locked("a", [], "unheard-of")])
	[finding.message | some finding in found] == ["0 of 1 packages have no hash"]
}
