"""The way up from the server's certificate, through all that is at hand."""

from time import process_time

from fix_cases import held, told_of
from judge_making import AT, DAY, Made, authority, leaf, new_key, root

from tlswizard.core.finding import Findings
from tlswizard.core.store import Store
from tlswizard.fixes.held import MAX_DEPTH, Held, best_way

ROOT, OTHER = root(), root("Other Root")
ISSUING = authority("Issuing", ROOT)
LEAF = leaf(ISSUING)


def way(chain: list[Made], *stores: Store, **options: object) -> Held:
    told = told_of(chain, *stores)
    found = best_way(Findings(told.case, told.clients, told.causes), **options)  # type: ignore[arg-type]
    assert found is not None
    return found


def certificates(*made: Made) -> tuple[object, ...]:
    return tuple(m.certificate for m in made)


def test_up_to_the_root_wherever_the_links_lie():
    found = way([LEAF], held("linux-system", ROOT), held("dotnet-user-ca", ISSUING))
    assert found.certificates == certificates(LEAF, ISSUING, ROOT)
    assert (found.sendable, found.root, found.whole) == (
        certificates(LEAF, ISSUING), ROOT.certificate, True,
    )  # fmt: skip


def test_as_far_as_it_is_held():
    found = way([LEAF], held("linux-system", ROOT))
    assert (found.certificates, found.whole, found.root) == (certificates(LEAF), False, None)


def test_the_root_that_the_program_trusts_is_preferred():
    again = authority("Issuing", OTHER, key=ISSUING.key)
    sent = [LEAF, again, ISSUING, OTHER]
    assert way(sent, held("linux-system", ROOT)).certificates == certificates(LEAF, ISSUING, ROOT)


def test_what_is_in_date_is_preferred():
    late = authority("Issuing", ROOT, key=ISSUING.key, not_after=AT - DAY)
    assert way([LEAF, late, ISSUING], held("linux-system", ROOT)).sendable == certificates(LEAF, ISSUING)


def test_around_a_certificate():
    again = authority("Issuing", OTHER, key=ISSUING.key)
    found = way(
        [LEAF, ISSUING, again], held("linux-system", ROOT, OTHER), without=frozenset({ISSUING.certificate})
    )
    assert found.certificates == certificates(LEAF, again, OTHER)


def test_a_self_signed_certificate_is_its_own_way():
    alone = leaf(None)
    assert way([alone], held("linux-system", ROOT)).sendable == certificates(alone)


def test_crossing_authorities_end():
    one, two = root("One"), root("Two")
    circle = [authority("One", two, key=one.key), authority("Two", one, key=two.key)]
    assert way([leaf(one), *circle], held("linux-system", ROOT)).certificates


def test_the_same_name_and_key_is_met_once():
    one, two = root("One"), root("Two")
    ones = [authority("One", two, key=one.key) for _ in range(5)]
    twos = [authority("Two", one, key=two.key) for _ in range(5)]
    assert len(way([leaf(one), *ones, *twos], held("linux-system", ROOT)).certificates) == 3


def test_a_tower_is_left_at_some_floor():
    tower = [root("Top")]
    for number in range(MAX_DEPTH + 3):
        tower.append(authority(f"Floor {number}", tower[-1]))
    found = way([leaf(tower[-1]), *reversed(tower[1:])], held("linux-system", ROOT))
    assert len(found.certificates) == MAX_DEPTH


def test_thousands_that_go_round_in_a_circle_are_diagnosed_in_time():
    """Both the search for what could be sent and the judge's own."""
    one, two = root("One"), root("Two")
    ones = [authority("One", two, key=one.key) for _ in range(400)]
    twos = [authority("Two", one, key=two.key) for _ in range(400)]
    chain = [leaf(one, names=("b.example",)), *ones, *twos]
    begun = process_time()
    told = told_of(chain, held("linux-system", ROOT))
    assert process_time() - begun < 6
    assert "untrusted-root" in [f.id for f in told.urgent]


def test_the_issuer_that_is_named_by_its_key_is_found_among_many_of_its_name():
    others = [authority("Issuing", ROOT, key=new_key()) for _ in range(150)]
    found = way([LEAF, *others, ISSUING], held("linux-system", ROOT))
    assert found.certificates == certificates(LEAF, ISSUING, ROOT)
