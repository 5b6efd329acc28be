package gatekeeper.lib.expressions_test

import data.gatekeeper.lib.expressions
import rego.v1

test_what_strangers_write if {
	expressions.foreign("echo ${{ github.event.issue.title }} ${{github.head_ref}}") == {"github.event.issue.title", "github.head_ref"}
	expressions.foreign("${{ GitHub.Event.Comment.Body }}") == {"github.event.comment.body"}
	expressions.foreign("${{ github.event.pull_request.head.ref }}") == {"github.event.pull_request.head.ref"}
	expressions.foreign("${{ github.event.commits[0].author.email }}") == {"github.event.commits.*.author.email"}
	expressions.foreign("${{ github['event'].head_commit['message'] }}") == {"github.event.head_commit.message"}
	expressions.foreign("${{ format('{0}', github.event.review.body) }}") == {"github.event.review.body"}
	expressions.foreign("${{ github.head_ref || github.ref_name }}") == {"github.head_ref"}
	expressions.foreign("${{\n  github.event.discussion.title\n}}") == {"github.event.discussion.title"}
	expressions.foreign("${{ github.event.changes.title.from }}") == {"github.event.changes.title.from"}
}

test_path_of_a_workflow_that_may_lie_in_a_fork if {
	expressions.foreign("${{ github.event.workflow.path }} ${{ github.event.workflow_run.path }}") == {
		"github.event.workflow.path", "github.event.workflow_run.path",
	}
	expressions.foreign("${{ github.event.workflow_run.id }} ${{ github.event.deployment.path }}") == set()
}

test_environment_variables if {
	title := "${{ github.event.issue.title }}"
	expressions.foreign_with("${{ env.TITLE }}", [{"TITLE": title}]) == {"github.event.issue.title"}
	expressions.foreign_with("${{ env['title'] }} ${{ github.head_ref }}", [null, {"TITLE": title}]) == {"github.event.issue.title", "github.head_ref"}
	expressions.foreign_with("${{ env.TITLE }}", [{"TITLE": title}, {"TITLE": "fixed"}]) == set()
	expressions.foreign_with("${{ env.TITLE == 'x' }} $TITLE ${{ env.OTHER }}", [{"TITLE": title}]) == set()
	expressions.foreign_with("${{ env.TITLE }}", [{"TITLE": title}, {"TITLE": {"$unknown": "x"}}]) == set()
}

test_whole_objects_that_are_written_out if {
	expressions.foreign("${{ toJSON(github.event) }}") == {"tojson(github.event)"}
	expressions.foreign("${{ toJson( github.event.pull_request ) }}") == {"tojson(github.event.pull_request)"}
	expressions.foreign("${{ toJSON(github.event.number) }}") == set()
}

test_what_strangers_cannot_choose if {
	every context in [
		"github.event.number", "github.event.issue.number", "github.event.pull_request.head.sha", "github.event.comment.id", "github.event_name",
		"github.repository", "github.actor", "github.sha", "github.ref_name", "github.event.pull_request.base.ref", "github.event.repository.default_branch",
		"github.event.inputs.title", "github.event.client_payload.message", "secrets.TOKEN", "steps.github.outputs.title", "needs.a.outputs.body", "env.TITLE",
	] {
		expressions.foreign(sprintf("${{ %v }}", [context])) == set()
	}
}

test_what_only_decides if {
	every expression in [
		"contains(github.event.issue.title, 'bug')", "startsWith(github.head_ref, 'release/')", "github.head_ref == 'main'", "'x' != github.event.issue.title",
		"github.event.issue.title && 'a' || 'b'", "!github.event.comment.body", "env.X == 'github.head_ref'", "'github.event.issue.title'",
	] {
		expressions.foreign(sprintf("${{ %v }}", [expression])) == set()
	}
}

test_text_outside_of_expressions if {
	expressions.foreign("echo github.event.issue.title $TITLE ${ github.head_ref }") == set()
	expressions.foreign("${{ github.head_ref") == set()
	expressions.foreign("") == set()
}
