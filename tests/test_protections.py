"""The figures of ``docs/protections.md`` are the defaults of the settings."""

import re

import config
from tests.support.asvs_table import ROOT

FIGURE = re.compile(r"`([A-Z][A-Z_]+)=([^`]+)`")
FIELDS = config.Auth.model_fields | config.Bank.model_fields


def test_every_figure_is_the_default_of_its_setting():
    told = FIGURE.findall((ROOT / "docs" / "protections.md").read_text("utf-8"))

    assert len(told) > 35
    assert [(name, value) for name, value in told if str(FIELDS[name].default) != value] == []


def test_every_setting_that_is_named_is_there():
    text = (ROOT / "docs" / "protections.md").read_text("utf-8")
    named = set(re.findall(r"`([A-Z]{2,}(?:_[A-Z]+)+)[=`]", text))

    assert named - FIELDS.keys() == set()
