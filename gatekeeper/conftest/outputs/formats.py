"""All output formats."""

from gatekeeper.conftest.outputs import azuredevops, github, json, junit, standard, table, tap

OUTPUTS = (
    standard.OUTPUT,
    json.OUTPUT,
    tap.OUTPUT,
    table.OUTPUT,
    junit.OUTPUT,
    github.OUTPUT,
    azuredevops.OUTPUT,
)
