"""What can be reached from each node of a directed graph, cycles included."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

_BYTES_A_STEP = 4  # what an edge that is followed counts, so that a dense graph cannot be followed for ever


class Reachability:
    """Answers from strongly connected components (Tarjan's algorithm, without recursion), found when first needed.

    ``edges`` gives a node's successors and is asked once a node; ``counted`` says whether a node belongs into
    answers; ``spend`` is told how long the answers are as JSON, escapes aside, and how far edges were followed.
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
        self._members: list[list[str]] = []  # the counted nodes of each component
        self._leads_to: list[set[int]] = []  # the components behind each component's edges
        self._core: list[int] = []  # for each component, the one with the most members that it reaches
        self._shared: dict[int, frozenset[int]] = {}  # what a core reaches
        self._reached: dict[frozenset[int], tuple[str, ...]] = {}
        self._keys: dict[frozenset[int], str] = {}

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
        numbers = frozenset(self._component[root] for root in roots)
        if numbers not in self._reached:
            shared = self._shared_by(numbers)
            parts = (shared, self._follow(numbers, shared))
            self._reached[numbers] = tuple(self._key(part) for part in parts if part)
        return self._reached[numbers]

    def _shared_by(self, numbers: Collection[int]) -> frozenset[int]:
        core = self._largest(numbers) if numbers else None
        if core is None or len(self._members[core]) < 2:
            return frozenset()
        if core not in self._shared:
            self._shared[core] = self._follow((core,), frozenset())
        return self._shared[core]

    def _largest(self, numbers: Collection[int]) -> int:
        return max((self._core[number] for number in numbers), key=lambda core: (len(self._members[core]), core))

    def _follow(self, numbers: Collection[int], without: frozenset[int]) -> frozenset[int]:
        """The components with members that these reach, but for some and what lies behind them."""
        found = set(numbers) - without
        ahead = list(found)
        while ahead:
            leads_to = self._leads_to[ahead.pop()]
            self._spend(_BYTES_A_STEP * len(leads_to))
            new = [number for number in leads_to if number not in found and number not in without]
            found.update(new)
            ahead += new
        return frozenset(number for number in found if self._members[number])

    def _key(self, numbers: frozenset[int]) -> str:
        """The key of an answer, whose nodes are sorted: r1, r2 and so on, in the order in which they are needed."""
        if numbers not in self._keys:
            key = self._keys[numbers] = f"r{len(self._keys) + 1}"
            nodes = self.answers[key] = tuple(sorted(node for number in numbers for node in self._members[number]))
            self._spend(sum(map(len, nodes)) + 3 * len(nodes))
        return self._keys[numbers]

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
        nodes, number = self._open[at:], len(self._members)
        del self._open[at:]
        for node in nodes:
            self._component[node] = number
        leads_to = {self._component[successor] for node in nodes for successor in self._successors.pop(node)}
        leads_to.discard(number)
        members = [node for node in nodes if self._counted(node)]
        if not members and len(leads_to) == 1:  # only passes on: the same as its successor
            self._component.update(dict.fromkeys(nodes, leads_to.pop()))
            return
        self._members.append(members)
        self._leads_to.append(leads_to)
        self._core.append(number)
        self._core[number] = self._largest((*leads_to, number))
