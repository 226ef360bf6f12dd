import pytest
from judge_making import faults_of, leaf, root

ROOT = root()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a_b.example", "underscore"),
        ("_tcp.a.example", "underscore"),
        ("-a.example", "hyphen"),
        ("a-.example", "hyphen"),
        ("a-b.example", None),
        ("xn--bcher-kva.example", None),
        ("192.0.2.7", None),
        ("2001:db8::1", None),
        (None, None),
    ],
)
def test_a_name_that_some_programs_refuse_to_ask_for_is_told(name: str | None, kind: str | None):
    found = faults_of("host-name-refused", leaf(ROOT), roots=[ROOT], name=name)
    assert [(f.kind, f.found) for f in found] == ([(kind, name)] if kind else [])
