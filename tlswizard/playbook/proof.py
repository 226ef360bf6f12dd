"""What is proven of a playbook's ways before it runs: each step is reached, no way goes round by itself,
and from everywhere some finish can be reached."""

from collections.abc import Container, Iterable, Iterator, Mapping

from tlswizard.playbook.declared import Declared
from tlswizard.playbook.format import Ask, Check, Explain, Finish, Fix, Playbook, Retest, Return, Step, Use
from tlswizard.playbook.problems import Problems, quoted
from tlswizard.playbook.scope import Places

MAX_WAY = 6
"""Steps of a way round that a sentence names: a longer one is known by its start."""

Graph = Mapping[str, tuple[str, ...]]
"""By step, in the order of the file, the steps that may come next."""


def prove(playbook: Playbook, declared: Declared, places: Places, problems: Problems) -> None:
    """Adds `unreachable`, `endless-loop` and `no-way-out`."""
    if not problems.ways_known or not playbook.steps:
        return
    graph = graph_of(playbook)
    for name in _unreachable(graph):
        what = f"No way from the first step leads to {quoted(name)}."
        problems.add(
            places.steps[name], what, "name it after an answer or an outcome, or delete it", "unreachable"
        )
    loops = _circles(_alone(playbook, graph, declared))
    for loop in loops:
        what = f"This goes round for ever, and nobody is asked on the way: {_round(loop, graph)}."
        instead = "lead it on to another step, or put an ask into it"
        problems.add(places.steps[loop[0]], what, instead, "endless-loop")
    for trap in _traps(playbook, graph):
        if set(trap) not in map(set, loops):
            what = f"Whoever comes to {quoted(trap[0])} never comes to a finish."
            problems.add(places.steps[trap[0]], what, "let a way lead on to a step with finish", "no-way-out")


def longest_run(playbook: Playbook) -> int:
    """The most checks that run one after the other without a person; of an expanded playbook."""
    return len(longest_way(playbook))


def longest_way(playbook: Playbook) -> tuple[str, ...]:
    """The checks and retests of such a run, in order. That it ends is what `prove` proves."""
    alone = {name for name, step in playbook.steps.items() if not _decides(step)}
    graph = {
        name: _among(following, alone) for name, following in graph_of(playbook).items() if name in alone
    }
    length: dict[str, int] = {}
    then: dict[str, str] = {}
    for component in _components(graph):
        for name in component:
            behind = [to for to in graph[name] if to in length]
            if behind:
                then[name] = max(behind, key=length.__getitem__)
            length[name] = length.get(then.get(name, ""), 0) + _looks(playbook.steps[name])
    way = [max(length, key=length.__getitem__)] if length else []
    while way and way[-1] in then:
        way.append(then[way[-1]])
    return tuple(name for name in way if _looks(playbook.steps[name]))


def graph_of(playbook: Playbook) -> Graph:
    """All ways from step to step."""
    return {name: _among(_ways(step), playbook.steps) for name, step in playbook.steps.items()}


def reached(graph: Graph, start: Iterable[str], without: str = "") -> frozenset[str]:
    """The steps to which ways from `start` lead, itself included, that do not pass `without`."""
    waiting, seen = list(start), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen and name != without:
            seen.add(name)
            waiting += graph[name]
    return frozenset(seen)


def _ways(step: Step) -> Iterable[str]:
    match step:
        case Ask():
            return (choice.next for choice in step.choices.values())
        case Explain() | Return():
            return (step.next,)
        case Use() if step.into:
            return (step.into,)  # its results are the steps `Return` inside
        case Check() | Fix() | Retest() | Use():
            return step.next.values()
        case Finish():
            return ()


def _among(names: Iterable[str], known: Container[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name in known))


def _decides(step: Step) -> bool:
    """A person is asked or told something here, and nothing goes on before they say so."""
    return isinstance(step, Ask | Fix | Explain)


def _looks(step: Step) -> bool:
    return isinstance(step, Check | Retest)


def _alone(playbook: Playbook, graph: Graph, declared: Declared) -> Graph:
    """The ways that are gone without a person."""

    def ways(name: str) -> tuple[str, ...]:
        step = playbook.steps[name]
        if not isinstance(step, Use):
            return graph[name]
        used = declared.playbooks.get(step.playbook)
        return _among((to for result, to in step.next.items() if used and result in used.unattended), graph)

    alone = [name for name, step in playbook.steps.items() if not _decides(step)]
    return {name: _among(ways(name), alone) for name in alone}


def _unreachable(graph: Graph) -> tuple[str, ...]:
    """The first step of each circle, or single step, to which not even an unreachable one leads."""
    seen = reached(graph, list(graph)[:1])
    lost = {name: following for name, following in graph.items() if name not in seen}
    inside = {name: _among(following, lost) for name, following in lost.items()}
    components = _components(inside)
    home = {name: component for component in components for name in component}
    led_to = {home[to] for name, following in inside.items() for to in following if home[to] != home[name]}
    return tuple(component[0] for component in components if component not in led_to)


def _circles(graph: Graph) -> tuple[tuple[str, ...], ...]:
    return tuple(c for c in _components(graph) if len(c) > 1 or c[0] in graph[c[0]])


def _traps(playbook: Playbook, graph: Graph) -> Iterator[tuple[str, ...]]:
    """The parts without a finish that no way leaves."""
    for component in _components(graph):
        inside = set(component)
        if all(
            inside.issuperset(graph[name]) and not isinstance(playbook.steps[name], Finish) for name in inside
        ):
            yield component


def _round(circle: tuple[str, ...], graph: Graph) -> str:
    """A shortest way round from the first step of a circle: `“a” → “b” → “a”`."""
    start, inside = circle[0], frozenset(circle)
    came_from: dict[str, str] = {}
    waiting = [start]
    for name in waiting:
        for to in graph[name]:
            if to in inside and to not in came_from:
                came_from[to] = name
                waiting.append(to)
    back = [start]
    while len(back) == 1 or back[-1] != start:
        back.append(came_from[back[-1]])
    way = [quoted(name) for name in reversed(back)]
    return " → ".join(way if len(way) <= MAX_WAY + 1 else [*way[:MAX_WAY], "…", way[-1]])


def _components(graph: Graph) -> tuple[tuple[str, ...], ...]:
    """The strongly connected components (Tarjan 1972), each in file order: what they lead to comes first.

    Without recursion: a file may hold some thousand steps in a row.
    """
    place = {name: at for at, name in enumerate(graph)}
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: dict[str, None] = {}
    found: list[tuple[str, ...]] = []

    def entered(name: str) -> tuple[str, Iterator[str]]:
        number[name] = low[name] = len(number)
        open_[name] = None
        return name, iter(graph[name])

    for root in graph:
        work = [entered(root)] if root not in number else []
        while work:
            name, following = work[-1]
            to = next(following, None)
            if to is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == number[name]:
                    component = [open_.popitem()[0]]
                    while component[-1] != name:
                        component.append(open_.popitem()[0])
                    found.append(tuple(sorted(component, key=place.__getitem__)))
            elif to not in number:
                work.append(entered(to))
            elif to in open_:
                low[name] = min(low[name], number[to])
    return tuple(found)
