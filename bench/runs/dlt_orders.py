"""dlt as its documentation recommends: the `rest_api` source, incremental, merged on `id`, with the hub's fields only.

python -m bench.runs.dlt_orders http://127.0.0.1:1234 postgresql://… folder
"""

from __future__ import annotations

import os
import sys
from typing import Any

os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR", "DLT_DATA_DIR": sys.argv[3]}

import dlt
from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator
from dlt.sources.rest_api import rest_api_source

from bench.runs.report import report

KEPT = (
    "id number status currency total total_tax shipping_total date_created_gmt date_modified_gmt date_paid_gmt "
    "payment_method_title customer_note billing shipping"
).split()
KEPT_OF_LINES = "id product_id variation_id sku name quantity total".split()


def slim(order: dict[str, Any]) -> dict[str, Any]:
    lines = [{name: line[name] for name in KEPT_OF_LINES} for line in order["line_items"]]
    methods = ", ".join(line["method_title"] for line in order["shipping_lines"])
    return {name: order[name] for name in KEPT} | {"line_items": lines, "shipping_method": methods}


def orders(url: str) -> Any:
    paging = PageNumberPaginator(base_page=1, page_param="page", total_path=None, stop_after_empty_page=True)
    since = {
        "cursor_path": "date_modified_gmt",
        "start_param": "modified_after",
        "initial_value": "2020-01-01T00:00:00",
    }
    params = {"per_page": 100, "orderby": "modified", "order": "asc", "dates_are_gmt": "true"}
    return rest_api_source(
        {
            "client": {
                "base_url": f"{url}/wp-json/wc/v3/",
                "auth": {"type": "http_basic", "username": "ck_bench", "password": "cs_bench"},
                "paginator": paging,
            },
            "resources": [
                {
                    "name": "orders",
                    "primary_key": "id",
                    "write_disposition": "merge",
                    "processing_steps": [{"map": slim}],
                    "endpoint": {"path": "orders", "params": params, "incremental": since},
                }
            ],
        }
    )


def main() -> None:
    url, database, folder = sys.argv[1:]
    destination = dlt.destinations.postgres(database)
    pipeline = dlt.pipeline("bench", destination=destination, dataset_name="shop", pipelines_dir=folder)
    pipeline.run(orders(url))
    with pipeline.sql_client() as client:
        ((count,),) = client.execute_sql("SELECT count(*) FROM orders")
    report(orders=count)


if __name__ == "__main__":
    main()
