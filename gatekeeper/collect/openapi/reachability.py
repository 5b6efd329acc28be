"""What can be reached from each node of a directed graph, cycles included."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

_BYTES_A_MEMBER = 64  # of a set in memory


class Reached(NamedTuple):
    """An answer, sorted, and its size as JSON in bytes, escapes aside."""

    nodes: tuple[str, ...]
    size: int


class Reachability:
    """Answers from strongly connected components (Tarjan's algorithm, without recursion), found when first needed.

    ``edges`` gives a node's successors and is asked once a node; ``counted`` says whether a node belongs into
    answers; ``spend`` is told how much memory is taken.
    """

    def __init__(
        self, edges: Callable[[str], Sequence[str]], counted: Callable[[str], bool], spend: Callable[[int], None]
    ) -> None:
        self._edges, self._counted, self._spend = edges, counted, spend
        self._order: dict[str, int] = {}
        self._low: dict[str, int] = {}
        self._successors: dict[str, Sequence[str]] = {}
        self._open: list[str] = []
        self._component: dict[str, int] = {}
        self._members: list[list[str]] = []  # the counted nodes of each component
        self._below: list[frozenset[int]] = []  # the components with members that it reaches, itself included
        self._answers: dict[frozenset[int], Reached] = {}

    def reached(self, roots: Sequence[str]) -> Reached:
        """All counted nodes that can be reached from the roots, the roots included, sorted."""
        for root in roots:
            if root not in self._order:
                self._explore(root)
        below = self._union({self._component[root] for root in roots})
        if below not in self._answers:
            nodes = tuple(sorted(chain.from_iterable(self._members[number] for number in below)))
            self._answers[below] = Reached(nodes, sum(map(len, nodes)) + 3 * len(nodes))
            self._spend(8 * len(nodes))
        return self._answers[below]

    def _explore(self, root: str) -> None:
        path = [(root, self._enter(root))]
        while path:
            node, successors = path[-1]
            for successor in successors:
                if successor not in self._order:
                    path.append((successor, self._enter(successor)))
                    break
                if successor not in self._component:
                    self._low[node] = min(self._low[node], self._order[successor])
            else:
                path.pop()
                if path:
                    parent = path[-1][0]
                    self._low[parent] = min(self._low[parent], self._low[node])
                if self._low[node] == self._order[node]:
                    self._close(node)

    def _enter(self, node: str) -> Iterator[str]:
        self._order[node] = self._low[node] = len(self._order)
        self._open.append(node)
        self._successors[node] = self._edges(node)
        return iter(self._successors[node])

    def _close(self, first: str) -> None:
        """Make a component of the open nodes from ``first`` on; all that it leads to are components already."""
        at = len(self._open) - 1
        while self._open[at] != first:
            at -= 1
        nodes, number = self._open[at:], len(self._members)
        del self._open[at:]
        for node in nodes:
            self._component[node] = number
        leads_to = {self._component[successor] for node in nodes for successor in self._successors.pop(node)}
        members = [node for node in nodes if self._counted(node)]
        self._members.append(members)
        below = self._union(leads_to - {number})
        if members:
            below |= {number}
            self._spend(_BYTES_A_MEMBER * len(below))
        self._below.append(below)

    def _union(self, numbers: set[int]) -> frozenset[int]:
        """What the components reach; one that only passes on shares its successor's set."""
        sets = {self._below[number] for number in numbers}
        if len(sets) == 1:
            return sets.pop()
        self._spend(_BYTES_A_MEMBER * sum(map(len, sets)))
        return frozenset().union(*sets)
