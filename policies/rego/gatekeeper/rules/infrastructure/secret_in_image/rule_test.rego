package gatekeeper.rules.infrastructure.secret_in_image_test

import data.gatekeeper.rules.infrastructure.secret_in_image as rule
import rego.v1

place(line) := {"path": "Dockerfile", "span": {"line": line, "column": 5, "end_line": line, "end_column": 9}}

pair(name, value, line) := {"at": place(line), "name": name, "value": value}

instruction(name, pairs) := {
	"at": place(0), "name": name, "value": "", "arguments": [], "exec_form": false, "flags": {},
	"pairs": pairs, "heredocs": [],
}

dockerfile(arguments, instructions) := {"dockerfile": [{
	"at": {"path": "Dockerfile"}, "arguments": arguments,
	"stages": [{
		"at": place(1), "index": 0, "name": "", "image": "debian:12", "from_stage": null,
		"instructions": instructions, "final": true,
	}],
}]}

env(name, value) := dockerfile([], [instruction("ENV", [pair("LANG", "C", 2), pair(name, value, 3)])])

test_flagged_env if {
	found := rule.deny with input as env("DB_PASSWORD", "[masked]")
	found == {{
		"message": "ENV writes the secret DB_PASSWORD into the image",
		"subject": "DB_PASSWORD", "at": place(3),
	}}
}

test_flagged_arg if {
	found := rule.deny with input as dockerfile([pair("API_KEY", "abc", 1)], [instruction("ARG", [pair("CLIENT_SECRET", "abc", 4)])])
	{finding.at.span.line | some finding in found} == {1, 4}
}

test_not_flagged_ordinary_names if {
	every name in ["PASSWORD_FILE", "PATH", "NODE_ENV", "TOKENIZERS_PARALLELISM"] {
		found := rule.deny with input as env(name, "x")
		count(found) == 0
	}
}

test_not_flagged_no_value_of_its_own if {
	every value in [null, "", "true", "no", "/run/secrets/password"] {
		found := rule.deny with input as env("DB_PASSWORD", value)
		count(found) == 0
	}
}

test_not_flagged_labels if {
	found := rule.deny with input as dockerfile([], [instruction("LABEL", [pair("password", "x", 2)])])
	count(found) == 0
}

test_unknown_is_not_flagged if {
	every value in ["$DB_PASSWORD", "${DB_PASSWORD}", "${A:-b}"] {
		found := rule.deny with input as env("DB_PASSWORD", value)
		count(found) == 0
	}
}

test_wrong_types_are_not_flagged if {
	every value in [7, true, [], {}, {"$unknown": "x"}] {
		found := rule.deny with input as env("DB_PASSWORD", value)
		count(found) == 0
	}
}
