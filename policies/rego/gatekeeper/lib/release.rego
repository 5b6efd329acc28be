# METADATA
# title: What was verified about a release, compared with what the settings ask for
# description: >-
#   Statements in input.provenance satisfy the trust file already. The settings of the table `release` say what else a
#   release needs; what they leave empty is not asked for.
package gatekeeper.lib.release

import data.gatekeeper.lib.globs
import rego.v1

asked := data.gatekeeper.settings.release

# Statements of provenance about a subject.
builds(subject) := [statement | some statement in subject.statements; is_object(statement.build)]

# Whether the settings restrict sources at all.
source_asked if count(asked.sources) > 0

source_asked if count(asked.refs) > 0

# Whether somebody vouches for a source that the settings allow.
expected_source(source) if {
	fits(asked.sources, source.repository)
	fits(asked.refs, source.ref)
}

# Whether a summary of the gate is asked for.
summary_asked if asked.verifier != ""

summary_asked if asked.stage != ""

summary_asked if count(asked.policies) > 0

# Statements of the gate's summaries about a subject that are as the settings ask.
summaries(subject) := [statement |
	some statement in subject.statements
	is_object(statement.summary)
	expected_summary(statement.summary)
]

expected_summary(summary) if {
	summary.result == "PASSED"
	summary.verifier != ""
	asked.verifier in {"", summary.verifier}
	expected_stage(summary)
	expected_policies(summary.policies)
}

expected_stage(_) if asked.stage == ""

# Only our own gate has stages: which verifier that is must be said.
expected_stage(summary) if {
	asked.stage == summary.stage
	asked.verifier == summary.verifier
}

expected_policies(_) if count(asked.policies) == 0

expected_policies(digest) if {
	is_string(digest)
	digest in asked.policies
}

# Digests of the attestations on which the expected summaries of a subject rest.
inputs(subject) := {digest | some statement in summaries(subject); some digest in statement.summary.inputs}

# What a statement goes by: the digest of its attestation, and of what is signed in it.
digests(statement) := {digest | some digest in [statement.bundle, statement.payload]; digest != ""}

# Whether an expected summary of a subject rests on a statement.
rests_on(subject, statement) if count(digests(statement) & inputs(subject)) > 0

# Whether a text is one of those that globs name; without globs any is. Empty ones and those that could be taken for
# another (a newline at the end, a way up) are none.
fits(wanted, _) if count(wanted) == 0

fits(wanted, text) if {
	is_string(text)
	text != ""
	some pattern in globs.patterns(wanted)
	regex.match(pattern, text)
	not regex.match(`[\x00-\x1f\x7f]`, text)
	not "." in split(text, "/")
	not ".." in split(text, "/")
}
