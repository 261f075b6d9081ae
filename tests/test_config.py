"""Settings from the environment."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from kg.config import NCBI_EUTILS, Settings, load_settings
from kg.errors import ConfigurationError

KEY = "0123456789abcdef0123456789abcdef4242"


def test_nothing_set_gives_the_defaults() -> None:
    assert load_settings({}) == Settings()
    assert load_settings(dict.fromkeys(["SPINEKG_HOME", "SPINEKG_EUTILS_URL", "SPINEKG_EMAIL", "SPINEKG_API_KEY"], " "))
    assert Settings() == Settings(home=Path("spinekg-data"), eutils_url=NCBI_EUTILS, email=None, api_key=None)
    assert NCBI_EUTILS == "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"


def test_everything_set() -> None:
    found = load_settings(
        {
            "SPINEKG_HOME": "/data/spine",
            "SPINEKG_EUTILS_URL": "https://mirror.clinic.test:8443/eutils",
            "SPINEKG_EMAIL": " reader@clinic.test ",
            "SPINEKG_API_KEY": KEY,
            "OTHER": "ignored",
        }
    )
    assert found == Settings(
        home=Path("/data/spine"),
        eutils_url="https://mirror.clinic.test:8443/eutils/",
        email="reader@clinic.test",
        api_key=KEY,
    )


def test_the_key_does_not_show() -> None:
    assert KEY not in repr(Settings(api_key=KEY)) + str(Settings(api_key=KEY))


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().email = "x@y.test"  # type: ignore[misc]


def test_a_home_below_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    assert load_settings({"SPINEKG_HOME": "~/spine"}).home == Path("/home/someone/spine")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SPINEKG_EMAIL", "reader"),
        ("SPINEKG_EMAIL", "reader@clinic"),
        ("SPINEKG_EMAIL", "a reader@clinic.test"),
        ("SPINEKG_EMAIL", "a@b.test,c@d.test"),
        ("SPINEKG_EMAIL", "reader@clinic.test\nBcc: x@y.test"),
        ("SPINEKG_EMAIL", "läser@clinic.test"),
        ("SPINEKG_EMAIL", "you@example.com"),
        ("SPINEKG_EMAIL", "you@mail.example.org"),
        ("SPINEKG_EMAIL", "you@some.example"),
        ("SPINEKG_EUTILS_URL", "eutils.ncbi.nlm.nih.gov"),
        ("SPINEKG_EUTILS_URL", "ftp://eutils.ncbi.nlm.nih.gov/"),
        ("SPINEKG_EUTILS_URL", "https://"),
        ("SPINEKG_EUTILS_URL", "https://host:port/"),
        ("SPINEKG_EUTILS_URL", "https://[::1/"),
        ("SPINEKG_EUTILS_URL", "https://ho st/"),
        ("SPINEKG_EUTILS_URL", "https://user:secret@host/"),
        ("SPINEKG_EUTILS_URL", "https://host/?api_key=1"),
        ("SPINEKG_EUTILS_URL", "https://host/#x"),
        ("SPINEKG_API_KEY", "short"),
        ("SPINEKG_API_KEY", "two words in one key"),
        ("SPINEKG_API_KEY", "a" * 129),
        ("SPINEKG_HOME", "a\0b"),
        ("SPINEKG_HOME", "~nobody-of-this-name/spine"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name) as caught:
        load_settings({name: value})
    assert "secret" not in str(caught.value)
    if name == "SPINEKG_API_KEY":
        assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8080/", True),
        ("http://localhost/", True),
        ("http://[::1]:8080/", True),
        ("https://mirror.clinic.test/", True),
        ("http://mirror.clinic.test/", False),
        ("http://10.0.0.1/", False),
    ],
)
def test_a_key_travels_encrypted_or_not_at_all(url: str, allowed: bool) -> None:
    assert load_settings({"SPINEKG_EUTILS_URL": url}).eutils_url == url
    if allowed:
        assert load_settings({"SPINEKG_EUTILS_URL": url, "SPINEKG_API_KEY": KEY}).api_key == KEY
    else:
        with pytest.raises(ConfigurationError, match="in the clear"):
            load_settings({"SPINEKG_EUTILS_URL": url, "SPINEKG_API_KEY": KEY})
