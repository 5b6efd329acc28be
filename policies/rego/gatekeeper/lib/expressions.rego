# METADATA
# title: Expressions of GitHub workflows
# description: >-
#   Finds what strangers write (titles, bodies, messages, names of branches) in the expressions of a text, and leaves out
#   what only decides something: comparisons, conditions, contains(), startsWith(), endsWith().
package gatekeeper.lib.expressions

import rego.v1

# Contexts that strangers write and that the text takes in, in lower case, such as github.event.issue.title.
foreign(text) := {context |
	some expression in regex.find_n(`(?s)\$\{\{.*?\}\}`, text, -1)
	some part in contexts(normal(expression))
	some context in strangers_words(part)
}

# The same, and for what stands in variables that the text takes in by the context env: {name: value}, from outer to inner.
foreign_with(text, environments) := foreign(text) | {context |
	some expression in regex.find_n(`(?s)\$\{\{.*?\}\}`, text, -1)
	some part in contexts(normal(expression))
	startswith(part, "env.")
	value := variable(trim_prefix(part, "env."), environments)
	is_string(value)
	some context in foreign(value)
}

# The innermost variable of that name; names are compared without case.
variable(name, environments) := found[count(found) - 1] if {
	found := [value |
		some environment in environments
		is_object(environment)
		some key, value in environment
		lower(key) == name
	]
}

# Without white space and literals, each access in the dotted form: github['event'].commits[0] -> github.event.commits.*
normal(expression) := without_conditions if {
	compact := regex.replace(lower(expression), `\s+`, "")
	dotted := regex.replace(compact, `\[(?:'([a-z0-9_-]*)')\]`, ".${1}")
	indexed := regex.replace(dotted, `\[[^\]]*\]`, ".*")
	without_literals := regex.replace(indexed, `'[^']*'`, "''")
	without_tests := regex.replace(without_literals, `(contains|startswith|endswith|hashfiles)\([^()]*\)`, "''")
	left := regex.replace(without_tests, `[a-z0-9_.*-]+(==|!=|<=?|>=?|&&)`, "''${1}")
	right := regex.replace(left, `(==|!=|<=?|>=?)[a-z0-9_.*-]+`, "${1}''")
	without_conditions := regex.replace(right, `![a-z0-9_.*-]+`, "''")
}

# Names with their dots; a whole object counts only where toJSON() writes it out.
contexts(expression) := array.concat(
	regex.find_n(`tojson\(github(\.[a-z0-9_.*-]+)?\)`, expression, -1),
	regex.find_n(`[a-z0-9_.*-]+`, expression, -1),
)

# What is handed over by whoever starts a run by hand or through the API is not a stranger's: both need write access.
strangers_words(part) := {part} if {
	not regex.match(`^github\.event\.(inputs|client_payload)\.`, part)
	regex.match(
		concat("|", [
			`^github\.head_ref$`,
			`^github\.event\.(.+\.)?(title|body|message|page_name|display_title|head_branch)$`,
			`^github\.event\.(.+\.)?(author|authors|committer)\.(name|email)$`,
			`^github\.event\.(.+\.)?head\.(ref|label|repo\.(default_branch|description|homepage))$`,
			`^github\.event\.(.+\.)?head_repository\.(default_branch|description|homepage)$`,
			`^github\.event\.(workflow|workflow_run)\.path$`,
			`^github\.event\.changes\.(title|body)\.from$`,
			`^tojson\(github(\.event(\.(issue|pull_request|comment|review|discussion|commits|head_commit|workflow_run)(\.\*)?)?)?\)$`,
		]),
		part,
	)
} else := set()
