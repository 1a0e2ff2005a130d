"""WooCommerce's own consent page: its link, and what the shop's server sends once the merchant has agreed.

Facts: https://github.com/woocommerce/woocommerce/blob/9.9.5/plugins/woocommerce/includes/class-wc-auth.php
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

import msgspec

from varco.model.errors import BadInput
from varco.model.secret import Secret

APP_NAME: Final = "Varco"
"""What the page names, and what the key is called in the shop's list of keys."""
SCOPE: Final = "read_write"


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    state: str
    credentials: Mapping[str, Secret]


class _Callback(msgspec.Struct, frozen=True, kw_only=True):
    user_id: str
    consumer_key: str
    consumer_secret: str
    key_permissions: str = ""


def authorize_url(base_url: str, *, state: str, return_url: str, callback_url: str) -> str:
    """The page where a manager of the shop is asked. `state` comes back in the callback and on the way back."""
    query = urlencode(
        {
            "app_name": APP_NAME,
            "scope": SCOPE,
            "user_id": state,
            "return_url": return_url,
            "callback_url": callback_url,
        }
    )
    return f"{base_url.rstrip('/')}/wc-auth/v1/authorize?{query}"


def granted_from(body: bytes) -> Granted:
    """The keys and the state of a callback. `BadInput` if it is none."""
    try:
        sent = msgspec.json.decode(body, type=_Callback)
    except msgspec.DecodeError as error:
        raise BadInput("This is not what WooCommerce sends after its consent page.") from error
    if not (sent.user_id and sent.consumer_key.startswith("ck_") and sent.consumer_secret.startswith("cs_")):
        raise BadInput("The shop sent no usable keys after its consent page: make them by hand.")
    credentials = {"consumer_key": Secret(sent.consumer_key), "consumer_secret": Secret(sent.consumer_secret)}
    return Granted(state=sent.user_id, credentials=credentials)
