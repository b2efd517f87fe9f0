"""Clinical commissioning groups: money, posts, powers and their link to NHS England."""

from sim.core.tables import Column
from sim.state.agents import TableAgent, expose

HEADS = ("governance", "staff", "gp_sessions", "support_unit", "non_pay")
"""What the running-cost allowance is spent on."""

COLUMNS = (
    Column("key", "uint64", "-", "identity that luck is drawn for"),
    Column("site", "int32", "-", "index of the site in the configured place"),
    Column("population", "int64", "people", "registered population"),
    Column("governing_body", "int64", "row", "its governing body"),
    Column("executive_group", "int64", "row", "its executive group"),
    Column("member_council", "int64", "row", "its member council"),
    Column("devolved", "bool", "-", "localities hold money and decide within a limit"),
    Column("live", "bool", "-", "holds statutory powers", writer="policy_timeline"),
    Column("level", "int8", "level", "delegation of primary care commissioning: 0 none, 1 to 3",
           writer="policy_timeline"),
    Column("allowance", "int64", "pence/year", "running-cost allowance", writer="running_costs"),
    Column("budget", "int64", "pence/year", "allowance by head (HEADS)", width=len(HEADS), writer="running_costs"),
    Column("support_posts", "float64", "posts", "posts that the support unit's contract pays", writer="running_costs"),
    Column("posts", "int32", "posts", "CCG posts that the staff budget pays", writer="running_costs"),
    Column("session_share", "float64", "share", "paid sessions affordable, of those in the arrangement",
           writer="running_costs"),
    Column("duties", "float64", "minutes/week", "standing duties of managers; they stay when posts go",
           writer="running_costs"),
    Column("delegated_minutes", "float64", "minutes/week", "managers' work that delegation adds",
           writer="policy_timeline"),
    Column("request_minutes", "float64", "minutes/week", "managers' work with an NHSE deadline", writer="requests"),
    Column("support", "float64", "share", "papers prepared in time, moving average", writer="preparation"),
    Column("data", "float64", "share", "systematic data available for a decision, 0-1", writer="preparation"),
    Column("expertise", "float64", "share", "managers' knowledge of the business, 0-1", writer="relationships"),
    Column("nhse_contact", "float64", "share", "known contacts at the area team, 0-1", writer="relationships"),
    Column("vacancy_load", "float64", "ratio", "leadership seats over those filled", default=1.0,
           writer="succession"),
)  # fmt: skip


@expose(COLUMNS)
class CCG(TableAgent):
    """A clinical commissioning group."""

    table = "ccgs"
