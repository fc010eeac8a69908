"""What complaints are counted by: the classes of JR/T 0169-2018 (金融消费者投诉统计分类及编码 银行业金融机构).

The standard classifies by where the business was done (A), by the business (B) and by the cause (C); 其他 is 99. Its
text was not to be had. A bank's public report on its use gives the order of A and of the ten causes, which the numbers
here follow; of B it names some classes, so that its numbers are ours. A bank that reports with other numbers
names them in `[cases.codes]`.
"""

from __future__ import annotations

from collections.abc import Mapping

from lobby.texts import Text

PLACES: Mapping[str, Text] = {
    "A11": Text("At the branch"),
    "A12": Text("Self-service machines"),
    "A1301": Text("Online banking"),
    "A1302": Text("Telephone banking"),
    "A1303": Text("Mobile app"),
    "A1304": Text("Public account"),
    "A1305": Text("Short messages"),
    "A1399": Text("Other electronic channels"),
    "A14": Text("Third parties"),
    "A19": Text("Another front channel"),
    "A20": Text("Middle and back office"),
}
BUSINESSES: Mapping[str, Text] = {
    "B01": Text("Savings"),
    "B02": Text("Loans"),
    "B03": Text("Debit cards"),
    "B04": Text("Credit cards"),
    "B05": Text("The bank's own wealth products"),
    "B06": Text("Products sold for others"),
    "B07": Text("Payments and settlement"),
    "B08": Text("Cash and notes"),
    "B09": Text("Foreign currency"),
    "B10": Text("Precious metals"),
    "B11": Text("Government bonds"),
    "B12": Text("Credit records"),
    "B13": Text("Personal financial data"),
    "B14": Text("Debt collection"),
    "B99": Text("Other business"),
}
CAUSES: Mapping[str, Text] = {
    "C01": Text("Manner and quality of service"),
    "C02": Text("Facilities and systems"),
    "C03": Text("Rules and procedures"),
    "C04": Text("Marketing"),
    "C05": Text("Disclosure"),
    "C06": Text("Yield of products"),
    "C07": Text("Freedom of choice"),
    "C08": Text("Terms of contract"),
    "C09": Text("Safety of funds"),
    "C10": Text("Safety of data"),
    "C99": Text("Another cause"),
}
AT_THE_BRANCH = "A11"
