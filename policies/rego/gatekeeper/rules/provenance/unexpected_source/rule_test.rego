package gatekeeper.rules.provenance.unexpected_source_test

import data.gatekeeper.rules.provenance.unexpected_source as rule
import rego.v1

ours := "https://github.com/acme/app"

at(path) := {"path": path, "document": 0, "keys": [], "span": null}

built(repository, ref) := {
	"at": at("app.build.slsa"),
	"build": {"builder": "", "level": null},
	"source": {"repository": repository, "ref": ref, "commit": ""},
}

asked(sources, refs) := {"sources": sources, "refs": refs, "verifier": "", "stage": "", "policies": [], "sbom": false, "lanes": []}

release(statements) := {"provenance": {"trust": "", "subjects": [{"at": at("app.tar.gz"), "uri": "file:app.tar.gz", "name": "app.tar.gz", "digests": {}, "statements": statements}]}}

findings(statements, settings) := found if {
	found := rule.deny with input as release(statements) with data.gatekeeper.settings as {"release": settings}
}

strict := asked([ours], ["refs/heads/main", "refs/tags/v*"])

test_another_repository_is_flagged if {
	findings([built("https://github.com/evil/app", "refs/tags/v1")], strict) == {{
		"message": "Built from https://github.com/evil/app at refs/tags/v1; expected is https://github.com/acme/app at refs/heads/main or refs/tags/v*",
		"subject": "app.tar.gz",
		"at": at("app.tar.gz"),
	}}
}

test_another_branch_is_flagged if {
	every ref in ["refs/heads/dev", "refs/heads/x@refs/tags/v1", "refs/tags/v1/x", "refs/tags/v1\n", "refs/heads/main\n"] {
		count(findings([built(ours, ref)], strict)) == 1
	}
}

test_tricks_with_names_are_flagged if {
	every repository in [
		"https://github.com/acme/../evil",
		"https://github.com/acme/app/",
		"https://github.com/acme/app\n",
		"https://github.com/Acme/app",
		"https://github.com/acme/./app",
		"x https://github.com/acme/app",
	] {
		count(findings([built(repository, "refs/tags/v1")], strict)) == 1
		count(findings([built(repository, "refs/tags/v1")], asked(["https://github.com/acme/ap?"], []))) == 1
	}
	count(findings([built("https://github.com/acme/../evil", "refs/tags/v1")], asked(["https://github.com/acme/**"], []))) == 1
}

test_release_without_provenance_is_flagged if {
	{finding.message | some finding in findings([], asked([], ["refs/tags/*"]))} == {"There is no provenance that counts; expected is refs/tags/*"}
	signature := object.union(built(ours, "refs/tags/v1"), {"build": null})
	count(findings([signature], strict)) == 1
}

test_source_that_is_unknown_is_flagged if {
	{finding.message | some finding in findings([built("", "")], asked([ours], []))} == {"Built from a source that nobody vouches for; expected is https://github.com/acme/app"}
	count(findings([built({"$unknown": "x"}, "refs/tags/v1")], strict)) == 1
	count(findings([built(ours, "")], asked([], ["**"]))) == 1
}

test_expected_source_is_not_flagged if {
	findings([built(ours, "refs/heads/main")], strict) == set()
	findings([built(ours, "refs/tags/v1.2.3")], strict) == set()
	findings([built(ours, "")], asked([ours], [])) == set()
	findings([built("https://github.com/acme/shop", "refs/tags/v1")], asked(["https://github.com/acme/*"], [])) == set()
}

test_one_expected_provenance_among_several_is_not_flagged if {
	findings([built("https://github.com/acme/mirror", "refs/tags/v1"), built(ours, "refs/tags/v1")], strict) == set()
}

test_nothing_is_judged_without_the_settings if {
	findings([], asked([], [])) == set()
	without := rule.deny with input as release([])
	without == set()
	nothing := rule.deny with input as {"provenance": {"trust": "", "subjects": []}} with data.gatekeeper.settings as {"release": strict}
	nothing == set()
}
