"""Traps that change a gate's verdict: one file each here, one page each in the documentation."""

from __future__ import annotations

from gatekeeper.policy.checking.traps.base import Trap
from gatekeeper.policy.checking.traps.differing_message import DifferingMessage
from gatekeeper.policy.checking.traps.idle_test import IdleTest
from gatekeeper.policy.checking.traps.iterated_scalar import IteratedScalar
from gatekeeper.policy.checking.traps.letter_case import LetterCase
from gatekeeper.policy.checking.traps.malformed_finding import MalformedFinding
from gatekeeper.policy.checking.traps.never_applies import NeverApplies
from gatekeeper.policy.checking.traps.unchecked_comparison import UncheckedComparison
from gatekeeper.policy.checking.traps.unchecked_type import UncheckedType
from gatekeeper.policy.checking.traps.undefined_negation import UndefinedNegation
from gatekeeper.policy.checking.traps.unevaluated_rule import UnevaluatedRule

TRAPS: tuple[Trap, ...] = (
    NeverApplies(),
    UndefinedNegation(),
    UncheckedComparison(),
    UncheckedType(),
    IteratedScalar(),
    LetterCase(),
    DifferingMessage(),
    MalformedFinding(),
    UnevaluatedRule(),
    IdleTest(),
)
