"""Items of business: matters that GPs raise and plans that managers make."""

from enum import IntEnum

from sim.core.codes import quick
from sim.core.tables import Column


@quick
class ItemKind(IntEnum):
    """Who an item comes from."""

    MATTER = 0
    PLAN = 1


@quick
class Stage(IntEnum):
    """Where an item stands."""

    OPEN = 0
    ADOPTED = 1
    REFUSED = 2
    LAPSED = 3


ITEM_COLUMNS = (
    Column("key", "uint64", "-", "identity: originator, week and kind"),
    Column("kind", "int8", "code", "ItemKind"),
    Column("originator", "int64", "row", "person who raised it", default=-1),
    Column("practice", "int64", "row", "practice of the originator", default=-1),
    Column("ccg", "int64", "row", "CCG"),
    Column("body", "int64", "row", "body that would decide it"),
    Column("local", "bool", "-", "concerns the locality alone"),
    Column("primary_care", "bool", "-", "concerns the commissioning of general practice itself"),
    Column("value", "int64", "pence", "yearly cost"),
    Column("merit", "float64", "-", "true worth, sd 1 among what is raised"),
    Column("work", "int32", "minutes", "managers' work that its papers take"),
    Column("born", "int64", "week", "week in which it was raised"),
    Column("stage", "int8", "code", "Stage", writer="meetings"),
    Column("settled", "int64", "week", "week of decision or lapse", default=1_000_000, writer="meetings"),
    Column("credit", "float64", "share", "how far it counts as heard: adopted 1, refused less, lapsed 0",
           writer="meetings"),
    Column("screened", "bool", "-", "seen by the executive group", writer="meetings"),
    Column("informal", "bool", "-", "heard outside the queue", writer="meetings"),
    Column("quality", "float64", "share", "quality of the decision, 0-1", writer="meetings"),
    Column("prepared", "float64", "share", "papers ready, 0-1", writer="preparation"),
    Column("shaped", "bool", "-", "governing-body GPs took part in preparing", writer="preparation"),
    Column("review", "int64", "week", "week of review", default=1_000_000, writer="implementation"),
)  # fmt: skip
