"""Prometheus' text format of a table, as its own parser reads it."""

from __future__ import annotations

from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families

from matrix.model import Revision
from matrix.render.table.prometheus import table_prometheus


def test_a_label_may_hold_anything(by_arch, scene):
    """What a head calls itself is upstream's word; a project of which nothing is known has 0."""
    label = 'a"b\\c\nd\\n'
    wicked = replace(scene, revisions={"linux": Revision(project="linux", label=label), "gcc": None})
    families = {family.name: family for family in text_string_to_metric_families(table_prometheus(by_arch, wicked))}
    told = [(s.labels["project"], s.labels["version"], s.value) for s in families["archmatrix_version_info"].samples]
    assert told == [("linux", label, 1), ("gcc", "", 0)]
