"""The tables. One file per subject; `DESIGN.md` section 5 says why they are as they are."""

from varco.hub.models.accounts import Membership, Organisation, User
from varco.hub.models.evidence import ExchangeRecord, FindingRecord
from varco.hub.models.integration import Channel, Integration, ShopToken, StreamCursor
from varco.hub.models.lines import KeptLines
from varco.hub.models.operation import Operation
from varco.hub.models.orders import (
    Contact,
    Order,
    OrderEvent,
    OrderLine,
    OrderRefund,
    Product,
    UnreadOrder,
)
from varco.hub.models.shipments import NumberRange, Parcel, PushRow, Shipment, ShipmentLine
from varco.hub.models.system import Chore, KeyCheck, PublicCheck, Worker
from varco.hub.models.tokens import ApiToken
from varco.hub.models.webhooks import WebhookAddress, WebhookDelivery

__all__ = [
    "ApiToken",
    "Channel",
    "Chore",
    "Contact",
    "ExchangeRecord",
    "FindingRecord",
    "Integration",
    "KeptLines",
    "KeyCheck",
    "Membership",
    "NumberRange",
    "Operation",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderRefund",
    "Organisation",
    "Parcel",
    "Product",
    "PublicCheck",
    "PushRow",
    "Shipment",
    "ShipmentLine",
    "ShopToken",
    "StreamCursor",
    "UnreadOrder",
    "User",
    "WebhookAddress",
    "WebhookDelivery",
    "Worker",
]
