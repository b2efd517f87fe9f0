"""General practices: members of a CCG, with a list of patients, demand, capacity and access."""

from sim.core.tables import Column
from sim.state.agents import TableAgent, expose

COLUMNS = (
    Column("key", "uint64", "-", "identity that luck is drawn for"),
    Column("ccg", "int64", "row", "CCG"),
    Column("locality", "int64", "row", "body of the locality; -1 without localities", default=-1),
    Column("council_seat", "int64", "row", "seat of its representative on the member council", default=-1),
    Column("list_size", "float64", "patients", "registered patients at the start"),
    Column("demand_per_patient", "float64", "minutes/week", "GP work that a patient asks for at the start"),
    Column("hours_saved", "float64", "share", "demand taken off by successful changes", writer="implementation"),
    Column("backlog", "float64", "minutes", "care asked for and not yet given", writer="workload"),
    Column("wait", "float64", "weeks", "wait for an appointment: backlog over a week's demand", writer="workload"),
    Column("given_up", "float64", "minutes/week", "care that patients gave up or found elsewhere", writer="workload"),
    Column("locum", "int32", "minutes/week", "locum time that backfills CCG sessions", writer="workload"),
    Column("trust", "float64", "share", "trust in the CCG, 0-1", writer="relationships"),
)  # fmt: skip


@expose(COLUMNS)
class Practice(TableAgent):
    """A general practice."""

    table = "practices"
