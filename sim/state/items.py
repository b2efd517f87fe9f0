"""Items of business: matters that GPs raise and plans that managers make."""

from __future__ import annotations

from sim.core.tables import Column, Schema
from sim.state.codes import ItemKind

ITEMS = Schema(
    "items",
    "Business. *Matters* are raised by GPs; *plans* are made by managers. An item is open, adopted, refused or lapsed.",
    (
        Column("key", "uint64", "-", "identity: originator, week and kind"),
        Column("kind", "int8", "code", "who it comes from", codes=ItemKind),
        Column("originator", "int64", "row", "person who raised it", default=-1, of="people"),
        Column("practice", "int64", "row", "practice of the originator", default=-1, of="practices"),
        Column("ccg", "int64", "row", "CCG", of="ccgs"),
        Column("local", "bool", "-", "concerns the locality alone"),
        Column("primary_care", "bool", "-", "concerns the commissioning of general practice itself"),
        Column("value", "int64", "pence", "yearly cost"),
        Column("merit", "float64", "-", "true worth, sd 1 among what is raised"),
        Column("work", "int32", "minutes", "managers' work that its papers take"),
        Column("born", "int64", "week", "week in which it was raised"),
    ),
)
