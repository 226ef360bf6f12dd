"""For a cause without a known repair: say it to the one who can act."""

from diagnosis_cases import CONTENT, diagnosed, every_exercise, house, made, store, stranger

from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab.exercise import Exercise


def test_a_server_that_only_speaks_what_nobody_speaks_is_said_to_its_owner():
    root, intermediate, leaf = house()
    case = made((leaf, intermediate), [store("linux-system", root)], handshake="protocol-unsupported")
    told = diagnose(case, CONTENT, ("openssl",))
    assert [f.id for f in told.urgent] == ["protocol-unsupported"]
    (proven,) = told.fixes
    assert (proven.fix.id, proven.fix.who, proven.proofs) == ("ask-owner", "server-owner", ())
    assert proven.why_none
    assert told.urgent[0].evidence in proven.fix.text


@every_exercise
def test_it_is_not_offered_where_something_better_is_known(exercise: Exercise):
    assert diagnosed(exercise.id).fix("ask-owner") is None


def test_an_unknown_root_has_something_better():
    _, intermediate, leaf = house()
    told = diagnose(made((leaf, intermediate), [store("linux-system", stranger())]), CONTENT, ("openssl",))
    assert told.fix("ask-owner") is None
