"""What the variables of a body are bound to."""

from __future__ import annotations

import re

from gatekeeper.policy.checking.program import Module, Rule
from gatekeeper.policy.checking.shapes import Shape

_NAME = re.compile(r"\w+")


class Environment:
    """Variables of one body; those of the bodies around it are seen as well.

    ``document`` stands for ``input``. ``missed`` are variables that were read before they had a value; while the body
    is ``tentative`` they are expected to get one further down.
    """

    def __init__(self, rule: Rule, document: Shape, parent: Environment | None = None) -> None:
        self.rule = rule
        self.document = document
        self._parent = parent
        self._variables: dict[str, Shape | None] = {}
        self._facts: dict[str, Shape] = {}
        self.missed: set[str] = set()
        self._tentative = False

    @property
    def module(self) -> Module:
        """Where the body stands."""
        return self.rule.module

    def inner(self, document: Shape | None = None) -> Environment:
        """An environment for a body inside of this one."""
        return Environment(self.rule, document or self.document, self)

    @property
    def tentative(self) -> bool:
        """Whether this body, or one around it, will be looked at once more."""
        return self._tentative or (self._parent is not None and self._parent.tentative)

    @tentative.setter
    def tentative(self, value: bool) -> None:
        self._tentative = value

    def miss(self, name: str) -> None:
        """A variable was read that has no value yet."""
        environment: Environment | None = self
        while environment is not None:
            environment.missed.add(name)
            environment = environment._parent

    def declare(self, name: str) -> None:
        """``some name``: a new variable, whatever has that name outside."""
        self._variables.setdefault(name, None)

    def bind(self, name: str, shape: Shape) -> None:
        """Give a new variable of this body its value."""
        self._variables[name] = shape

    def unify(self, name: str, shape: Shape) -> None:
        """Give a variable its value unless it has one."""
        if self.lookup(name) is not None:
            return
        owner: Environment | None = self
        while owner is not None and name not in owner._variables:
            owner = owner._parent
        (owner or self)._variables[name] = shape

    def lookup(self, name: str) -> Shape | None:
        """The value of a variable, None where it has none yet."""
        environment: Environment | None = self
        while environment is not None:
            if name in environment._variables:
                return environment._variables[name]
            environment = environment._parent
        return None

    def has(self, name: str) -> bool:
        """Whether there is a variable of that name."""
        environment: Environment | None = self
        while environment is not None:
            if name in environment._variables:
                return True
            environment = environment._parent
        return name in self.rule.declared

    def learn(self, text: str, shape: Shape) -> None:
        """What a condition says about an expression."""
        self._facts[text] = shape

    def known(self, text: str) -> Shape | None:
        """What conditions say about an expression, None where they say nothing."""
        name = _NAME.match(text)
        environment: Environment | None = self
        while environment is not None:
            if text in environment._facts:
                return environment._facts[text]
            if name is not None and name[0] in environment._variables:
                return None  # whatever is said further out is about another variable
            environment = environment._parent
        return None
