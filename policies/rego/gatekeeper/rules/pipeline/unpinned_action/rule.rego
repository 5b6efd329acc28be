# METADATA
# title: Action that is not pinned
# description: >-
#   A tag or branch of an action can be moved to other code at any time, which then runs with the pipeline's secrets.
#   Only a full commit id (or an image's digest) always means the same code. Reusable workflows count, actions of the
#   repository itself do not.
# related_resources:
#   - https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions
# custom:
#   id: GK-PIP-001
#   severity: medium
#   stages: [change, build, release, promote]
#   remediation: >-
#     Replace the tag by the commit id that it points to and keep the tag as a comment
#     (`uses: owner/action@<40 hexadecimal digits> # v1.2.3`).
#   controls:
#     slsa-1.0: [build-l2]
#     owasp-cicd: [CICD-SEC-3]
#     soc2: [CC8.1]
package gatekeeper.rules.pipeline.unpinned_action

import rego.v1

deny contains finding if {
	some workflow in input.workflows
	some job in workflow.jobs
	some item in array.concat([job], job.steps)
	item.uses != ""
	not fixed(item.uses)
	finding := {
		"message": sprintf("%v is not pinned to a %v", [item.uses, fixed_point(item.uses)]),
		"subject": item.uses,
		"at": item.at,
		"key": ["uses"],
	}
}

# What stands in the same repository, and what only a run could tell.
fixed(uses) if regex.match(`^\.\.?/|\$\{\{`, uses)

fixed(uses) if {
	not startswith(uses, "docker://")
	regex.match(`@([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$`, uses)
}

# These workflows refuse to run when they are pinned to a commit: they prove by their tag which code they are.
fixed(uses) if {
	regex.match(`^slsa-framework/slsa-github-generator/\.github/workflows/[^@]+@v[0-9]+\.[0-9]+\.[0-9]+$`, uses)
}

fixed(uses) if regex.match(`^docker://[^@]+@sha256:[0-9a-fA-F]{64}$`, uses)

fixed_point(uses) := "digest" if startswith(uses, "docker://")

else := "commit"
