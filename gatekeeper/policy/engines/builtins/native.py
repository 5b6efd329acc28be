"""The embedded engine's own functions, asked by functions that prepare what they are given."""

from __future__ import annotations

from functools import cached_property

import regorus

from gatekeeper.model.json import Json


class Native:
    """Rules of a module ``package builtin`` over its input; the engine is made when it is first asked."""

    def __init__(self, module: str) -> None:
        self._module = module

    def ask(self, rule: str, value: Json) -> Json:
        """The rule's value for an input; None where it is undefined."""
        self._engine.set_input(value)
        return self._engine.eval_rule(f"data.builtin.{rule}")

    @cached_property
    def _engine(self) -> regorus.Engine:
        engine = regorus.Engine()
        engine.add_policy("builtin.rego", self._module)
        return engine
