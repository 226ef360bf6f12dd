from time import process_time

from judge_making import (
    AT,
    DAY,
    HOST,
    Made,
    all_faults,
    authority,
    leaf,
    new_key,
    paths,
    root,
    situation,
    verdict_of,
    verdict_on,
)

from tlswizard.core.certificate import Malformed
from tlswizard.core.verdict import Path
from tlswizard.judge import walk as walking
from tlswizard.judge.walk import MAX_BESIDE, MAX_DEPTH, MAX_PATHS, walk

ROOT = root()
ISSUING = authority("Issuing", ROOT)
LEAF = leaf(ISSUING)
CLIENTS = ("openssl", "dotnet")


def drawn(found: tuple[Path, ...]) -> list[str]:
    """`leaf -> Issuing -> Root!`: the mark stands for an anchor."""
    return [
        " -> ".join(c.title.replace(HOST, "leaf") for c in path.certificates) + "!" * (path.end == "anchor")
        for path in found
    ]


def accepts(*chain: Made, **rest: object) -> list[bool]:
    return [verdict_of(client, *chain, **rest).result == "accept" for client in CLIENTS]


def test_one_chain_is_one_path():
    assert drawn(paths(LEAF, ISSUING, roots=[ROOT])) == ["leaf -> Issuing -> Root!"]


def test_nothing_sent_or_an_unreadable_leaf_is_no_path():
    assert paths(roots=[ROOT]) == ()
    assert paths(Malformed(b"\x00", "why"), ISSUING, roots=[ROOT]) == ()


def test_a_missing_link_comes_from_a_store_of_intermediates():
    assert drawn(paths(LEAF, roots=[ROOT])) == ["leaf"]
    assert drawn(paths(LEAF, roots=[ROOT], intermediates=[ISSUING])) == ["leaf -> Issuing -> Root!"]


def test_order_duplicates_and_strangers_on_the_wire_change_no_path():
    stranger = authority("Stranger", root("Elsewhere"))
    other = leaf(stranger, names=("other.example",))
    for extras in ([], [LEAF, LEAF], [ISSUING, ISSUING], [stranger, other], [ROOT]):
        for chain in ([LEAF, ISSUING, *extras], [LEAF, *extras, ISSUING]):
            assert drawn(paths(*chain, roots=[ROOT])) == ["leaf -> Issuing -> Root!"], extras
            assert accepts(*chain, roots=[ROOT]) == [True, True]


def test_a_root_that_lies_in_two_stores_is_one_path():
    assert len(paths(LEAF, ISSUING, ROOT, roots=[ROOT, ROOT], intermediates=[ROOT, ISSUING])) == 1


def test_a_cross_signed_authority_gives_a_path_to_each_root():
    old = root("Old Root")
    cross = authority("Root", old, key=ROOT.key)
    chain = (LEAF, ISSUING, cross)
    assert drawn(paths(*chain, roots=[ROOT, old])) == [
        "leaf -> Issuing -> Root!",
        "leaf -> Issuing -> Root -> Old Root!",
    ]
    assert drawn(paths(*chain, roots=[old])) == ["leaf -> Issuing -> Root -> Old Root!"]
    assert accepts(*chain, roots=[ROOT]) == accepts(*chain, roots=[old]) == [True, True]
    assert accepts(*chain, roots=[root("Third")]) == [False, False]


def test_an_expired_copy_beside_a_valid_one_is_passed_over():
    # As AddTrust in May 2020.
    old = root("Old Root", not_after=AT - DAY)
    expired = authority("Root", old, key=ROOT.key, not_after=AT - DAY)
    assert accepts(LEAF, ISSUING, expired, roots=[ROOT]) == [True, True]
    assert accepts(LEAF, ISSUING, expired, roots=[ROOT, old]) == [True, True]
    assert accepts(LEAF, ISSUING, expired, roots=[old]) == [False, False]
    stale = authority("Issuing", ROOT, key=ISSUING.key, not_after=AT - DAY)
    for chain in ((LEAF, stale, ISSUING), (LEAF, ISSUING, stale)):
        assert accepts(*chain, roots=[ROOT]) == [True, True]


def test_among_several_of_one_name_the_key_decides():
    twins = [authority("Issuing", ROOT) for _ in range(5)]
    assert drawn(paths(LEAF, *twins, ISSUING, roots=[ROOT])) == ["leaf -> Issuing -> Root!"]
    (path,) = paths(LEAF, *twins, ISSUING, roots=[root("Root"), ROOT])
    assert path.certificates == (LEAF.certificate, ISSUING.certificate, ROOT.certificate)
    assert path.faults == ()


def test_a_near_miss_is_followed_only_where_no_key_fits():
    twin = authority("Issuing", ROOT)
    (path,) = paths(LEAF, twin, roots=[ROOT])
    assert [f.cause for f in path.faults] == ["wrong-intermediate"]
    assert path.end == "anchor"


def test_of_several_near_misses_the_one_with_the_right_key_id_is_nearest():
    forged = leaf(ISSUING, signed_with=new_key())
    others = [authority("Issuing", ROOT) for _ in range(3)]
    (path,) = paths(forged, *others, ISSUING, roots=[ROOT])
    assert path.certificates[1] == ISSUING.certificate


def test_authorities_that_sign_each_other_end_the_walk():
    a, b = root("A"), root("B")
    a_by_b, b_by_a = authority("A", b, key=a.key), authority("B", a, key=b.key)
    server = leaf(a)
    assert drawn(paths(server, a_by_b, b_by_a, roots=[ROOT])) == ["leaf -> A -> B"]
    assert drawn(paths(server, a_by_b, b_by_a, roots=[b])) == ["leaf -> A -> B!", "leaf -> A -> B"]
    assert accepts(server, a_by_b, b_by_a, roots=[b]) == [True, True]
    itself = authority("A", a, key=a.key)
    assert itself.certificate.is_self_signed
    assert drawn(paths(server, itself, roots=[a]))[0] == "leaf -> A!"


def test_an_anchor_in_the_middle_is_an_end_and_a_way():
    assert drawn(paths(LEAF, ISSUING, roots=[ISSUING, ROOT])) == [
        "leaf -> Issuing!",
        "leaf -> Issuing -> Root!",
    ]
    assert drawn(paths(LEAF, ISSUING, roots=[ISSUING])) == ["leaf -> Issuing!"]


def test_a_path_that_is_held_against_least_is_chosen():
    clean, bad = root("Clean"), root("Bad", not_after=AT - DAY)
    by_bad = authority("Issuing", bad, key=ISSUING.key)
    by_clean = authority("Issuing", clean, key=ISSUING.key)
    verdict = verdict_of("dotnet", LEAF, by_bad, by_clean, roots=[bad, clean])
    assert (verdict.result, verdict.path.anchor) == ("accept", clean.certificate)


# --- the budget ---------------------------------------------------------------------------------------


def _mesh(size: int) -> tuple[list[Made], list[Made]]:
    """Authorities of which each has signed every other one."""
    every = [root(f"M{n}") for n in range(size)]
    return every, [authority(f"M{i}", b, key=a.key) for i, a in enumerate(every) for b in every if a is not b]


MESH, CROSS = _mesh(8)


def test_a_mesh_of_cross_signs_ends_in_time_and_is_refused():
    facts = situation(leaf(MESH[0]), *CROSS, roots=[ROOT])
    begun = process_time()
    found = walk(facts)
    assert process_time() - begun < 1.5
    assert 0 < len(found) <= 2 * MAX_PATHS + 1
    assert {path.end for path in found} == {"stop"}
    for client in CLIENTS:
        assert verdict_on(client, facts).result == "refuse"


def test_a_short_way_out_of_a_mesh_is_found():
    way_out = authority("M0", ROOT, key=MESH[0].key)
    begun = process_time()
    assert accepts(leaf(MESH[0]), *CROSS, way_out, roots=[ROOT]) == [True, True]
    assert process_time() - begun < 3


def test_many_authorities_of_one_name_end_in_time():
    same = [authority("Issuing", ROOT) for _ in range(40)]
    facts = situation(LEAF, *same, roots=[ROOT])
    begun = process_time()
    walk(facts)
    assert process_time() - begun < 1.5


def test_a_search_that_a_limit_ended_is_a_finding_and_no_acceptance():
    top = root("Top")
    tower = [top]
    for number in range(MAX_DEPTH + 5):
        tower.append(authority(f"Floor {number}", tower[-1]))
    chain = (leaf(tower[-1]), *reversed(tower[1:]))
    (first, *_) = all_faults(*chain, roots=[top])
    assert first == "untrusted-root (search-ended)"
    (path,) = paths(*chain, roots=[top])
    assert len(path.certificates) == MAX_DEPTH
    assert verdict_of("dotnet", *chain, roots=[top]).result == "refuse"
    # OpenSSL's own limit is 100: it speaks for itself, and the rules are asked along its path.
    verdict = verdict_of("openssl", *chain, roots=[top])
    assert (verdict.result, verdict.disagreement) == ("accept", None)
    assert len(verdict.path.certificates) == len(tower) + 1


def test_more_of_one_name_than_are_tried_end_the_search_and_nothing_looks_fine():
    plain = leaf(ISSUING, key_ids=False)
    bare = authority("Issuing", ROOT, key=ISSUING.key, key_ids=False)
    same = [authority("Issuing", ROOT) for _ in range(MAX_BESIDE)]
    assert all_faults(plain, *same, bare, roots=[ROOT])[0] == "untrusted-root (search-ended)"
    assert verdict_of("dotnet", plain, *same, bare, roots=[ROOT]).result == "refuse"
    top = root("Issuing", key=ISSUING.key, key_ids=False)
    # What is trusted, and what the leaf asks for by its key, is not crowded out.
    assert accepts(plain, *same, roots=[top]) == [True, True]
    assert drawn(paths(LEAF, *same, ISSUING, roots=[ROOT])) == ["leaf -> Issuing -> Root!"]


def test_more_signatures_than_are_checked_end_the_search(monkeypatch):
    monkeypatch.setattr(walking, "MAX_CHECKS", 5)
    same = [authority("Issuing", ROOT) for _ in range(8)]
    assert all_faults(LEAF, *same, ISSUING, roots=[ROOT])[0] == "untrusted-root (search-ended)"


def test_every_key_is_checked_once_for_every_certificate(monkeypatch):
    same = [authority("Issuing", ROOT, key=ISSUING.key) for _ in range(8)]
    monkeypatch.setattr(walking, "MAX_CHECKS", 9)
    assert len(paths(LEAF, *same, roots=[ROOT])) == 8


def test_two_that_issue_each_other_by_the_hundred_end_in_time():
    a, b = root("A"), root("B")
    chain = [authority("A", b, key=a.key) for _ in range(300)]
    chain += [authority("B", a, key=b.key) for _ in range(300)]
    facts = situation(leaf(a), *chain, roots=[ROOT])
    begun = process_time()
    found = walk(facts)
    assert process_time() - begun < 3
    assert any(f.kind == "search-ended" for path in found for f in path.faults)
    assert {path.end for path in found} == {"stop"}
