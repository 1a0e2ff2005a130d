"""The hub as a WSGI application. A process calls `boot.booted()` before it imports this.

The server in front of it must hand on `X-Forwarded-…` as they came (waitress: `clear_untrusted_proxy_headers=False`):
`web.security.ProxyMiddleware` decides which of them to believe.
"""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
