import errno

from configured_making import read
from stores_making import A, B, bundle, titles

from tlswizard.stores import php

FPM = "/etc/php/8.2/fpm/php.ini"


def test_streams_and_curl_have_a_setting_each():
    text = b'[curl]\ncurl.cainfo = "/a.pem"\n[openssl]\nopenssl.cafile=/b.pem ; mine\n;openssl.cafile=/c\n'
    streams, curl = read(php, {FPM: text, "/a.pem": bundle(A), "/b.pem": bundle(B)})
    assert (streams.id, titles(streams.anchors)) == ("php:/b.pem", ["Root B"])
    assert (curl.id, titles(curl.anchors)) == ("php:/a.pem", ["Root A"])
    assert curl.read_by == f"PHP's curl functions, by {FPM}"


def test_settings_that_cannot_be_read_and_none_at_all():
    (store,) = read(php, {"/etc/php.ini": errno.EACCES})
    assert store.unreadable == "Permission denied"
    assert read(php, {FPM: b"[openssl]\n;openssl.cafile=\nopenssl.cafile=\n"}) == ()
