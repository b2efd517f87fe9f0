"""NHS England area teams (PCT cluster before April 2013): each study site has its own, so sites share no state."""

from sim.core.tables import Column
from sim.state.agents import TableAgent, expose

COLUMNS = (
    Column("key", "uint64", "-", "identity that luck is drawn for"),
    Column("ccg", "int64", "row", "CCG that it oversees"),
    Column("pressure", "float64", "ratio", "rate of requests, 1 = usual", default=1.0, writer="requests"),
)


@expose(COLUMNS)
class AreaTeam(TableAgent):
    """The NHS England team that a CCG answers to."""

    table = "area_teams"
