"""Which public roots a list lacks, and which of its own are in the current list no more."""

from dataclasses import replace

from stores_making import AT, A, B, C

from tlswizard.core.certificate import Certificate, parse_certificate
from tlswizard.core.store import Store
from tlswizard.lab.authority import _authority, _dates, _sign, _start, root
from tlswizard.stores.freshness import compared, freshness

D = root("Root D", at=AT)
LIST = (A.certificate, B.certificate, C.certificate)


def reissued(identity) -> Certificate:
    """The same name and key in another certificate: another serial number."""
    dates = _dates(AT, (AT - AT, AT - AT), AT.replace(year=2030), AT.replace(year=2040))
    builder = _start(identity.subject, identity.key, dates, _authority(None)).issuer_name(identity.subject)
    made = parse_certificate(_sign(builder, identity.key).der)
    assert isinstance(made, Certificate)
    assert made != identity.certificate
    return made


def store(*certificates: Certificate, **more) -> Store:
    return replace(Store("linux-system", "the bundle", "machine", "/b.crt", certificates), **more)


def test_a_list_as_today_lacks_nothing():
    fresh = freshness(store(*LIST), LIST)
    assert (fresh.missing, fresh.gone, fresh.added, fresh.other) == ((), (), (), ())


def test_what_it_lacks_and_what_is_listed_no_more():
    fresh = freshness(store(A.certificate, B.certificate, D.certificate), LIST)
    assert (fresh.missing, fresh.gone, fresh.added) == ((C.certificate,), (D.certificate,), ())


def test_a_store_of_a_few_own_roots_is_no_list_of_public_roots():
    assert freshness(store(D.certificate), LIST) is None
    assert freshness(store(A.certificate), LIST) is None
    assert freshness(store(), LIST) is None
    assert freshness(store(A.certificate), ()) is None


def test_what_the_store_knows_by_a_name_of_its_own_was_added():
    own = ((D.certificate.sha256, "corp.crt"),)
    fresh = freshness(store(*LIST, D.certificate, names=own), LIST)
    assert (fresh.gone, fresh.added) == ((), (D.certificate,))
    fresh = freshness(store(*LIST, D.certificate, since=((D.certificate.sha256, "3 March 2026"),)), LIST)
    assert fresh.added == (D.certificate,)


def test_names_that_all_entries_have_tell_nothing():
    every = tuple((c.sha256, f"alias {i}") for i, c in enumerate((*LIST, D.certificate)))
    fresh = freshness(store(*LIST, D.certificate, names=every), LIST)
    assert (fresh.gone, fresh.added) == ((D.certificate,), ())


def test_the_same_key_in_another_certificate_is_the_same_authority():
    again = reissued(A)
    fresh = freshness(store(again, B.certificate, C.certificate), LIST)
    assert (fresh.missing, fresh.gone) == ((), ())
    assert fresh.other == ((A.certificate, again),)


def test_the_same_name_with_another_key_is_another_authority():
    namesake = root("Root A", at=AT)
    fresh = freshness(store(namesake.certificate, B.certificate, C.certificate), LIST)
    assert (fresh.missing, fresh.gone, fresh.other) == ((A.certificate,), (namesake.certificate,), ())


def test_a_public_root_that_is_refused_is_not_called_missing():
    fresh = freshness(store(A.certificate, B.certificate, distrusted=(C.certificate.sha1,)), LIST)
    assert (fresh.missing, fresh.refused) == ((), (C.certificate,))


def test_doubles_count_once():
    assert compared((A.certificate, A.certificate), (A.certificate,)).same
    found = compared((A.certificate,), (B.certificate, B.certificate))
    assert (found.only_a, found.only_b) == ((A.certificate,), (B.certificate,))
