# METADATA
# title: Personal data in the prompt of a model
# description: >-
#   A prompt goes to a model that others run, and into their logs. Text from a request that is put into it without
#   redaction carries people's data out, and the request's author can steer the model with it.
# related_resources:
#   - https://genai.owasp.org/llmrisk/llm022025-sensitive-information-disclosure/
#   - https://genai.owasp.org/llmrisk/llm01-prompt-injection/
# custom:
#   id: GK-PII-005
#   severity: high
#   stages: [change, build, release, promote]
#   remediation: Redact personal data before the prompt is built, and pass what a user wrote as a message of its own.
#   controls:
#     gdpr: [Art. 5(1)(c), Art. 28, Art. 44]
#     owasp-llm-2025: [LLM01, LLM02]
#     iso-42001: [A.7.4]
package gatekeeper.rules.personal_data.personal_data_in_prompt

import rego.v1

deny contains finding if {
	some found in input.sast.findings
	found.category == "personal-data-prompt"
	finding := {"message": found.message, "subject": found.check, "at": found.at, "remediation": found.remediation}
}
