"""What can be reached from each node of a directed graph, cycles included."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, compress


class Reachability:
    """Answers from strongly connected components (Tarjan's algorithm, without recursion), found when first needed.

    ``edges`` gives a node's successors and is asked once a node; ``counted`` says whether a node belongs into
    answers; ``spend`` is told how much memory is taken, and how long the answers are as JSON, escapes aside.
    """

    def __init__(
        self, edges: Callable[[str], Sequence[str]], counted: Callable[[str], bool], spend: Callable[[int], None]
    ) -> None:
        self.answers: dict[str, tuple[str, ...]] = {}
        self._edges, self._counted, self._spend = edges, counted, spend
        self._order: dict[str, int] = {}
        self._low: dict[str, int] = {}
        self._successors: dict[str, Sequence[str]] = {}
        self._open: list[str] = []
        self._component: dict[str, int] = {}
        self._below: list[int] = []  # for each component, what it reaches: a bit for each of ``members``
        self._members: list[list[str]] = []  # the counted nodes of each component that has any
        self._sizes: list[int] = []  # of each component
        self._core: list[int] = []  # for each component, the largest one that it reaches
        self._keys: dict[int, str] = {}

    def explore(self, roots: Sequence[str]) -> None:
        """Visit all that can be reached from the roots."""
        for root in roots:
            if root not in self._order:
                self._visit(root)

    def reach(self, roots: Sequence[str]) -> tuple[str, ...]:
        """Keys of the answers that together hold all counted nodes that the roots reach, themselves included.

        Many roots lead to one large cycle and differ in a few nodes on the way to it: what that cycle reaches is an
        answer of its own, so that they share it. No node is in both.
        """
        self.explore(roots)
        numbers = {self._component[root] for root in roots}
        below, shared = self._union(numbers), 0
        if numbers:
            core = self._largest(numbers)
            shared = self._below[core] if self._sizes[core] > 1 else 0
        return tuple(self._key(part) for part in (shared, below & ~shared) if part)

    def _key(self, below: int) -> str:
        """The key of an answer, whose nodes are sorted: r1, r2 and so on, in the order in which they are needed."""
        if below not in self._keys:
            key = self._keys[below] = f"r{len(self._keys) + 1}"
            members = compress(self._members, map(int, bin(below)[:1:-1]))
            nodes = self.answers[key] = tuple(sorted(chain.from_iterable(members)))
            self._spend(sum(map(len, nodes)) + 3 * len(nodes))
        return self._keys[below]

    def _visit(self, root: str) -> None:
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
        nodes, number = self._open[at:], len(self._below)
        del self._open[at:]
        for node in nodes:
            self._component[node] = number
        leads_to = {self._component[successor] for node in nodes for successor in self._successors.pop(node)}
        below = self._union(leads_to - {number})
        members = [node for node in nodes if self._counted(node)]
        if members:
            below |= 1 << len(self._members)
            self._members.append(members)
        self._spend(below.bit_length() // 8)
        self._below.append(below)
        self._sizes.append(len(members))
        self._core.append(number)
        self._core[number] = self._largest(leads_to | {number})

    def _largest(self, numbers: set[int]) -> int:
        return max((self._core[number] for number in numbers), key=lambda core: (self._sizes[core], core))

    def _union(self, numbers: set[int]) -> int:
        below = 0
        for number in numbers:
            below |= self._below[number]
        return below
