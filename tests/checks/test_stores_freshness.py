"""Lists of public roots beside today's."""

from dataclasses import replace

from diagnosis_cases import CONTENT, made, store
from fix_cases import identity
from judge_making import AT, authority, leaf, root

from tlswizard.checks.check import NOT_CHECKED, OK, run
from tlswizard.checks.stores_freshness import CHECK, OUTDATED
from tlswizard.core.store import Store
from tlswizard.diagnosis.diagnose import diagnose

PUBLIC = [root(f"Public Root {n}") for n in range(10)]
ISSUING = authority("Issuing", PUBLIC[0])
SENT = [identity(leaf(ISSUING)), identity(ISSUING)]


def _outcome(*stores: Store):
    told = diagnose(made(SENT, stores, at=AT), CONTENT, ("openssl",))
    return run(CHECK, told, CONTENT, {})


def _held(id_: str, roots) -> Store:
    return store(id_, *map(identity, roots))


def test_a_list_like_todays_is_fine():
    found = _outcome(_held("certifi:/venv", PUBLIC), _held("linux-system", PUBLIC[:9]))
    assert found.outcome == OK
    assert "lacks 1 of today" in str(found.evidence.blocks)


def test_a_list_that_lacks_many_is_outdated():
    found = _outcome(_held("certifi:/venv", PUBLIC), _held("linux-system", PUBLIC[:6]))
    assert found.outcome == OUTDATED
    assert "Public Root 6, Public Root 7, Public Root 8 and 1 more" in str(found.evidence.blocks)


def test_nothing_is_said_without_todays_list_or_without_a_public_list():
    assert _outcome(_held("linux-system", PUBLIC)).outcome == NOT_CHECKED
    own = _outcome(_held("certifi:/venv", PUBLIC), _held("linux-system", [root("Our Root")]))
    assert own.outcome == NOT_CHECKED
    assert "public roots" in own.why


def test_what_only_stands_in_for_a_list_is_not_called_fresh():
    guessed = replace(_held("linux-system", PUBLIC), assumed="it could not be read")
    assert _outcome(_held("certifi:/venv", PUBLIC), guessed).outcome == NOT_CHECKED
