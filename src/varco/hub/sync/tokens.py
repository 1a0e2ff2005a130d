"""One token per shop for all workers. This process remembers it, so that a poll need not ask the database."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from varco.hub import runtime
from varco.hub.store import shop_tokens
from varco.hub.store.shop_tokens import Kept
from varco.hub.sync.bridge import db
from varco.model.secret import Secret
from varco.net.tokens import Ask

_LOOK_EVERY_S: Final = 0.5

_remembered: dict[int, tuple[str, Kept]] = {}
"""By integration: the keys that it was given for, and the token."""


@dataclass(frozen=True)
class StoredTokens:
    """A `net.tokens.Tokens` of one integration with these keys."""

    integration_id: int
    credentials: Mapping[str, Secret]

    async def current(self, ask: Ask, *, refused: str = "") -> Secret:
        """The token in force. While another worker asks for a new one, it is waited for."""
        keys = self._keys()
        given_for, held = _remembered.get(self.integration_id, ("", None))
        if held is None or given_for != keys or held.token.reveal() == refused or held.until <= runtime.clock().now():
            held = await self._found(keys, ask, refused)
            _remembered[self.integration_id] = (keys, held)
        return held.token

    async def _found(self, keys: str, ask: Ask, refused: str) -> Kept:
        stored = await db(shop_tokens.kept, self.integration_id, keys)
        if stored is not None and stored.token.reveal() != refused:
            return stored
        while True:
            turn = await db(shop_tokens.may_ask, self.integration_id, keys, refused)
            if isinstance(turn, Kept):
                return turn
            if turn:
                return await self._asked(keys, ask)
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _asked(self, keys: str, ask: Ask) -> Kept:
        try:
            granted = await ask()
        except BaseException:
            await asyncio.shield(db(shop_tokens.gave_up, self.integration_id))
            raise
        return await db(shop_tokens.keep, self.integration_id, keys, granted)

    def _keys(self) -> str:
        """A fingerprint that tells nothing of them."""
        plain = "\x00".join(f"{name}={secret.reveal()}" for name, secret in sorted(self.credentials.items()))
        return blake2b(plain.encode(), digest_size=16, person=b"varco-shop-keys").hexdigest()
