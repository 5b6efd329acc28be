# METADATA
# title: Permissions of AWS to do everything
# description: >-
#   Statements and attachments that allow every action on every resource: {"block", "key", "message"}.
package gatekeeper.lib.grants

import data.gatekeeper.lib.iam
import data.gatekeeper.lib.terraform
import data.gatekeeper.lib.values
import rego.v1

policy_attributes := {
	"aws_iam_policy": "policy",
	"aws_iam_role_policy": "policy",
	"aws_iam_user_policy": "policy",
	"aws_iam_group_policy": "policy",
	"aws_ssoadmin_permission_set_inline_policy": "inline_policy",
}

attachments := {
	"aws_iam_policy_attachment": "policy_arn",
	"aws_iam_role_policy_attachment": "policy_arn",
	"aws_iam_user_policy_attachment": "policy_arn",
	"aws_iam_group_policy_attachment": "policy_arn",
	"aws_iam_role": "managed_policy_arns",
}

statement_message := "This statement allows every action on every resource"

everything contains grant if {
	some type, attribute in policy_attributes
	some block in terraform.resources(type)
	some statement in iam.statements(values.get(block.values, attribute))
	iam.allows_everything(statement)
	grant := {"block": block, "key": array.concat([attribute], statement.key), "message": statement_message}
}

everything contains grant if {
	some type in ["aws_iam_role", "aws_iam_user", "aws_iam_group"]
	some block in terraform.resources(type)
	some index, inline in terraform.blocks(block.values, "inline_policy")
	some statement in iam.statements(values.get(inline, "policy"))
	iam.allows_everything(statement)
	key := array.concat(["inline_policy", index, "policy"], statement.key)
	grant := {"block": block, "key": key, "message": statement_message}
}

everything contains grant if {
	some block in terraform.data_sources("aws_iam_policy_document")
	not guardrail(block)
	some statement in iam.document_statements(block)
	iam.allows_everything(statement)
	not statement.named
	grant := {"block": block, "key": statement.key, "message": statement_message}
}

everything contains grant if {
	some type, attribute in attachments
	some block in terraform.resources(type)
	some arn in values.strings_of(values.get(block.values, attribute))
	regex.match(`^arn:aws[a-z-]*:iam::aws:policy/AdministratorAccess$`, arn)
	grant := {"block": block, "key": [attribute], "message": "AdministratorAccess allows every action on every resource"}
}

# Policies of an organization only narrow what accounts may do: "Allow * on *" there grants nothing. Their content is the
# text of a document that is wholly known, or an expression.
guardrail(block) if iam.expression_of(block) in guardrail_expressions

guardrail(block) if iam.contents(iam.document_statements(block)) in guardrail_contents

guardrail_expressions := {iam.reference(policy, "content") | some policy in terraform.resources("aws_organizations_policy")}

guardrail_contents := {iam.contents(iam.statements(values.get(policy.values, "content"))) |
	some policy in terraform.resources("aws_organizations_policy")
}
