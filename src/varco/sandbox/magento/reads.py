"""Lists and single things, as Magento shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

import msgspec

from varco.sandbox.book import By, Question
from varco.sandbox.magento.criteria import Criteria, Filter, Getter, criteria_of, fitting, moment_of
from varco.sandbox.magento.orders import MagentoOrder, Shipment, grand_total
from varco.sandbox.magento.render import at, comment_json, item_json, money, order_json, shipment_json
from varco.sandbox.magento.rest import Call, Reply, RestError, not_there
from varco.sandbox.magento.wares import BY_SKU, WARES, Ware, ware_json
from varco.sandbox.orders import Order
from varco.sandbox.state import State

_ORDER_FIELDS: Final[Mapping[str, Getter]] = {
    "entity_id": lambda order: order.id,
    "increment_id": lambda order: order.increment,
    "status": lambda order: order.status,
    "state": lambda order: order.state,
    "store_id": lambda order: order.store_id,
    "customer_email": lambda order: order.billing.email,
    "grand_total": lambda order: money(grand_total(order)),
    "created_at": lambda order: order.created,
    "updated_at": lambda order: order.modified,
}
_SHIPMENT_FIELDS: Final[Mapping[str, Getter]] = {
    "entity_id": lambda pair: pair[1].id,
    "order_id": lambda pair: pair[0].id,
    "created_at": lambda pair: pair[1].created,
}
_PRODUCT_FIELDS: Final[Mapping[str, Getter]] = {
    "entity_id": lambda ware: ware.id,
    "sku": lambda ware: ware.sku,
    "name": lambda ware: ware.name,
    "type_id": lambda ware: ware.type,
}
_MODULES: Final = ("Store", "Config", "Directory", "Backend", "Eav", "Customer", "Catalog", "Sales", "Shipping",
                   "InventoryShipping", "Webapi", "Integration", "Bundle", "ConfigurableProduct")  # fmt: skip
_LARGEST_PAGE: Final = 2**31


def of(order: Order) -> MagentoOrder:
    """Every order of this shop is one."""
    return cast(MagentoOrder, order)


def the_order(state: State, call: Call) -> MagentoOrder:
    """By `entity_id` alone; an `increment_id` with its zeros is read as one (measured)."""
    number = call.number()
    if number == 0:
        raise RestError("An ID is needed. Set the ID and try again.")
    order = state.order(number)
    if order is None:
        raise not_there()
    return of(order)


def list_orders(state: State, call: Call) -> Reply:
    criteria = _criteria(state, call)
    found, total = _quickly(state, criteria) or _slowly(state, criteria)
    return _list([order_json(order) for order in found], criteria, total, session=True)


def get_order(state: State, call: Call) -> Reply:
    return Reply(data=order_json(the_order(state, call)), session=True)


def list_items(state: State, call: Call) -> Reply:
    rows = [(order, item) for order in _visible(state) for item in order.items]
    return _of_all(state, call, rows, {"item_id": lambda pair: pair[1].id}, lambda pair: item_json(*pair))


def list_comments(state: State, call: Call) -> Reply:
    order = the_order(state, call)
    criteria = Criteria(groups=((Filter("parent_id", str(order.id)),),))
    return _list([comment_json(order, comment) for comment in order.comments], criteria, len(order.comments))


def list_shipments(state: State, call: Call) -> Reply:
    rows = [(order, shipment) for order in _visible(state) for shipment in order.shipments]
    return _of_all(state, call, sorted(rows, key=_shipment_id), _SHIPMENT_FIELDS, lambda pair: shipment_json(*pair))


def _shipment_id(pair: tuple[MagentoOrder, Shipment]) -> int:
    return pair[1].id


def list_products(state: State, call: Call) -> Reply:
    return _of_all(
        state, call, list(WARES.values()), _PRODUCT_FIELDS, lambda ware: _ware(state, ware), session=True
    )  # fmt: skip


def get_product(state: State, call: Call) -> Reply:
    ware = BY_SKU.get(call.parts[0].casefold())
    if ware is None:
        raise RestError("The product that was requested doesn't exist. Verify the product and try again.", 404)
    return Reply(data=_ware(state, ware), session=True)


def _ware(state: State, ware: Ware) -> dict[str, Any]:
    """As it was corrected."""
    corrected = state.wares.get(ware.id, {})
    known = msgspec.structs.replace(ware, **corrected)
    return ware_json(known, at(state.opened), customs=state.spec.customs_data)


def list_nothing(state: State, call: Call) -> Reply:
    return _of_all(state, call, [], {}, lambda row: row)


def list_no_customers(state: State, call: Call) -> Reply:
    return _of_all(state, call, [], {}, lambda row: row, session=True)


def _of_all(
    state: State,
    call: Call,
    rows: Sequence[Any],
    fields: Mapping[str, Getter],
    show: Callable[[Any], Any],
    *,
    session: bool = False,
) -> Reply:
    criteria = _criteria(state, call)
    found = fitting(rows, criteria, fields)
    start, end = criteria.cut(len(found))
    return _list([show(row) for row in found[start:end]], criteria, len(found), session=session)


def _criteria(state: State, call: Call) -> Criteria:
    criteria = criteria_of(call, state.spec.largest_page)
    if criteria.size is None and state.spec.default_page:
        return _sized(criteria, state.spec.default_page)
    return criteria


def _sized(criteria: Criteria, size: int) -> Criteria:
    return Criteria(groups=criteria.groups, sorts=criteria.sorts, size=size, page=criteria.page)


def _list(items: list[Any], criteria: Criteria, total: int, *, session: bool = False) -> Reply:
    return Reply(data={"items": items, "search_criteria": criteria.echo(), "total_count": total}, session=session)


# Finding orders: the questions of somebody who reads page by page are answered from the book's own order


def _quickly(state: State, criteria: Criteria) -> tuple[list[MagentoOrder], int] | None:
    """Statuses, a moment and ids from one to another, in the order of ids. None for every other question."""
    by = [(sort.field, sort.descending) for sort in criteria.sorts]
    if by != [("entity_id", False)] or any(len(group) != 1 for group in criteria.groups) or criteria.page != 1:
        return None
    told = {(one.field, one.condition): one.value for (one,) in criteria.groups}
    known = {
        ("status", "in"),
        ("created_at", "gteq"),
        ("updated_at", "gteq"),
        ("entity_id", "gt"),
        ("entity_id", "lteq"),
    }
    if not told.keys() <= known or len(told) != len(criteria.groups):
        return None
    created, changed = (moment_of(told.get((name, "gteq"), "0001-01-01")) for name in ("created_at", "updated_at"))
    if created is None or changed is None:
        return [], 0
    question = Question(
        statuses=frozenset(told[("status", "in")].split(",")) if ("status", "in") in told else _all_statuses(state),
        created_after=int(created) - 1 if ("created_at", "gteq") in told else None,
        modified_after=int(changed) - 1 if ("updated_at", "gteq") in told else None,
        by=By.ID,
    )
    last_id, until = (int(told.get(("entity_id", condition), "0")) for condition in ("gt", "lteq"))
    return _between(state, question, last_id, until, criteria.size or _LARGEST_PAGE)


def _between(state: State, question: Question, last_id: int, until: int, size: int) -> tuple[list[MagentoOrder], int]:
    """The rows behind the one id, up to the other one if there is one, found by halving."""

    def rows(offset: int, limit: int) -> tuple[list[Order], int]:
        return state.book.page(question, descending=False, offset=offset, limit=limit, now=state.clock.now())

    def behind(order_id: int) -> int:
        low, high = 0, total
        while low < high:
            middle = (low + high) // 2
            if rows(middle, 1)[0][0].id <= order_id:
                low = middle + 1
            else:
                high = middle
        return low

    total = rows(0, 0)[1]
    start, end = behind(last_id), behind(until) if until else total
    return [of(order) for order in rows(start, min(size, max(end - start, 0)))[0]], max(end - start, 0)


def _slowly(state: State, criteria: Criteria) -> tuple[list[MagentoOrder], int]:
    found = fitting(_visible(state), criteria, _ORDER_FIELDS)
    start, end = criteria.cut(len(found))
    return found[start:end], len(found)


def _visible(state: State) -> list[MagentoOrder]:
    """Without those whose transaction is not through yet."""
    question = Question(statuses=_all_statuses(state), by=By.ID)
    found, _ = state.book.page(question, descending=False, offset=0, limit=_LARGEST_PAGE, now=state.clock.now())
    return [of(order) for order in found]


def _all_statuses(state: State) -> frozenset[str]:
    return frozenset(state.statuses())


# The shop itself


def store_configs(state: State, _call: Call) -> Reply:
    spec, home = state.spec, state.home
    plain = home.replace("https://", "http://", 1)
    addresses = {"base_url": plain, "secure_base_url": home}
    bases = {
        name.replace("base", f"base_{kind}" if kind else "base", 1): f"{address}/{folder}"
        for name, address in addresses.items()
        for kind, folder in (("", ""), ("link", ""), ("static", "static/version1/"), ("media", "media/"))
    }
    config = {
        "id": 1,
        "code": "default",
        "website_id": 1,
        "locale": "it_IT",
        "base_currency_code": spec.currency,
        "default_display_currency_code": spec.currency,
        "timezone": spec.time_zone,
        "weight_unit": {"kg": "kgs"}.get(spec.weight_unit, spec.weight_unit),
        **bases,
    }
    second = {**config, "id": 2, "code": "outlet", "website_id": 2}
    return Reply(data=[config, second] if spec.second_store else [config])


def websites(state: State, _call: Call) -> Reply:
    found = [
        {"id": 0, "code": "admin", "name": "Admin", "default_group_id": 0},
        {"id": 1, "code": "base", "name": "Main Website", "default_group_id": 1},
    ]
    outlet = {"id": 2, "code": "outlet", "name": "Outlet", "default_group_id": 2}
    return Reply(data=[*found, outlet] if state.spec.second_store else found)


def modules(_state: State, _call: Call) -> Reply:
    return Reply(data=[f"Magento_{name}" for name in _MODULES])
