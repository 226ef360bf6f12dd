"""For a cause without a known repair: say it to the one who can act."""

from diagnosis_cases import AT, CONTENT, diagnosed, every_exercise, house, made, store, stranger

from tlswizard.diagnosis.diagnose import diagnose
from tlswizard.lab import authority
from tlswizard.lab.exercise import Exercise


def test_an_issuer_that_may_not_issue_is_said_to_the_certificate_team():
    root = authority.root("Short Root CA", at=AT)
    first = root.intermediate("No More Below CA", path_length=0)
    second = first.intermediate("One Too Many CA")
    leaf = second.leaf(["server.example"])
    told = diagnose(made((leaf, second, first), [store("linux-system", root)]), CONTENT, ("openssl",))
    assert [f.id for f in told.urgent] == ["path-length"]
    (proven,) = told.fixes
    assert (proven.fix.id, proven.fix.who, proven.proofs) == ("ask-owner", "certificate-team", ())
    assert proven.why_none
    assert told.urgent[0].evidence in proven.fix.text


@every_exercise
def test_it_is_not_offered_where_something_better_is_known(exercise: Exercise):
    assert diagnosed(exercise.id).fix("ask-owner") is None


def test_an_unknown_root_has_something_better():
    _, intermediate, leaf = house()
    told = diagnose(made((leaf, intermediate), [store("linux-system", stranger())]), CONTENT, ("openssl",))
    assert told.fix("ask-owner") is None
