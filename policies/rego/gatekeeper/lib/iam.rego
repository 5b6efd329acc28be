# METADATA
# title: Policies of AWS
# description: >-
#   Statements of policies, whether these are JSON text, objects or aws_iam_policy_document data sources. Keys of
#   statements are relative to the attribute that holds the policy.
package gatekeeper.lib.iam

import data.gatekeeper.lib.terraform
import data.gatekeeper.lib.values
import rego.v1

document(policy) := policy if {
	is_object(policy)
	values.known(policy)
} else := parsed if {
	is_string(policy)
	json.is_valid(policy)
	parsed := json.unmarshal(policy)
	is_object(parsed)
}

# {"key", "effect", "actions", "resources", "principals", "named", "conditional"} of each statement; named says
# that it has principals at all, as policies of resources do.
statements(policy) := [statement |
	body := values.get(document(policy), "Statement")
	some index, item in values.list(body)
	statement := {
		"key": statement_key(body, index),
		"effect": values.get(item, "Effect"),
		"actions": values.strings_of(values.get(item, "Action")),
		"resources": values.strings_of(values.get(item, "Resource")),
		"principals": principals(values.get(item, "Principal")),
		"named": given(values.get(item, "Principal")),
		"conditional": given(values.get(item, "Condition")),
	}
]

statement_key(body, index) := ["Statement", index] if {
	is_array(body)
} else := ["Statement"]

principals(principal) := values.strings_of(principal) if {
	not is_object(principal)
} else := values.strings_of(values.get(principal, "AWS")) | values.strings_of(values.get(principal, "*"))

given(x) := count(x) > 0 if {
	is_object(x)
} else := count(x) > 0 if {
	is_array(x)
} else := not_null(x)

not_null(x) := false if {
	is_null(x)
} else := true

# The same of a data source aws_iam_policy_document.
document_statements(block) := [statement |
	some index, item in terraform.blocks(block.values, "statement")
	values.known(item)
	statement := {
		"key": ["statement", index],
		"effect": effect(values.get(item, "effect")),
		"actions": values.strings_of(values.get(item, "actions")),
		"resources": values.strings_of(values.get(item, "resources")),
		"principals": {name |
			some principal in terraform.blocks(item, "principals")
			values.get(principal, "type") in ["AWS", "*"]
			some name in values.strings_of(values.get(principal, "identifiers"))
		},
		"named": count(terraform.blocks(item, "principals")) > 0,
		"conditional": count(terraform.blocks(item, "condition")) > 0,
	}
]

effect(x) := "Allow" if {
	is_null(x)
} else := x

# Any action on any resource.
allows_everything(statement) if {
	statement.effect == "Allow"
	count(statement.actions & {"*", "*:*"}) > 0
	"*" in statement.resources
}

# Anybody, under no condition.
allows_everybody(statement) if {
	statement.effect == "Allow"
	"*" in statement.principals
	not statement.conditional
}

# The expression that gives a data source's JSON, within its module.
expression_of(block) := sprintf("%v:data.%v.%v.json", [block.module, block.type, block.name])

documents_by_expression := {expression_of(block): block |
	some block in terraform.data_sources("aws_iam_policy_document")
}

# Statements of a policy attribute, through a reference to a data source too.
statements_of(block, attribute) := document_statements(documents_by_expression[reference(block, attribute)]) if {
	documents_by_expression[reference(block, attribute)]
} else := statements(values.get(block.values, attribute))

reference(block, attribute) := sprintf("%v:%v", [block.module, expression]) if {
	value := values.get(block.values, attribute)
	values.unknown(value)
	expression := value["$unknown"]
}

# What statements say, wherever they stand: to be compared.
contents(statements) := [object.remove(statement, ["key"]) | some statement in statements]
