"""The few drawings of the pages, as strokes on a 24 x 24 sheet."""

from __future__ import annotations

from typing import Final

ICONS: Final[dict[str, str]] = {
    "orders": '<path d="M4 8.5 12 4l8 4.5v7L12 20l-8-4.5z"/><path d="M4 8.5 12 13l8-4.5M12 13v7"/>',
    "shipments": '<path d="M3 6.5h11v10H3zM14 10h4l3 3.2v3.3h-7z"/><circle cx="7.5" cy="17.5" r="1.8"/>'
    '<circle cx="17" cy="17.5" r="1.8"/>',
    "connections": '<path d="M9 3v4M15 3v4M6.5 7h11v4.5a5.5 5.5 0 0 1-11 0zM12 17v4"/>',
    "organisation": '<path d="M5 20V5.5h8V20M13 10h6v10M3 20h18M8 9h2M8 12.5h2M8 16h2M16 13.5h.5M16 16.5h.5"/>',
    "people": '<circle cx="9" cy="8.5" r="3.2"/><path d="M3.5 19c.6-3.2 2.8-5 5.5-5s4.9 1.8 5.5 5"/>'
    '<path d="M15.5 5.700a3.2 3.2 0 0 1 0 5.700M17.5 14.600c1.7.700 2.7 2.2 3 4.4"/>',
    "person": '<circle cx="12" cy="8.5" r="3.5"/><path d="M5.5 20c.7-3.7 3.2-5.7 6.5-5.700s5.8 2 6.5 5.7"/>',
    "health": '<path d="M3 12.5h4.500l2-5.5 4 10 2-4.500H21"/>',
    "leave": '<path d="M14 4.500H6v15h8M10.5 12H20M16.5 8.5 20 12l-3.5 3.5"/>',
    "refresh": '<path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.300L20 9.300M20 4.500v4.800h-4.8"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "search": '<circle cx="11" cy="11" r="6"/><path d="m15.5 15.5 4.5 4.5"/>',
    "check": '<path d="m5 12.5 4.5 4.500L19 7.5"/>',
    "cross": '<path d="m6.5 6.5 11 11M17.5 6.500l-11 11"/>',
    "chevron": '<path d="m9 6 6 6-6 6"/>',
    "back": '<path d="m15 6-6 6 6 6"/>',
    "down": '<path d="m6 9 6 6 6-6"/>',
    "pause": '<path d="M9 6v12M15 6v12"/>',
    "play": '<path d="M8 5.5 18 12 8 18.500z"/>',
    "key": '<circle cx="8.5" cy="15.5" r="4"/><path d="m11.5 12.5 8-8M16.5 7.500l2.5 2.5"/>',
    "clock": '<circle cx="12" cy="12" r="8"/><path d="M12 7.500V12l3 2"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 7.800v.2"/>',
    "warning": '<path d="M12 4.5 21 19.500H3z"/><path d="M12 10v4.500M12 16.800v.2"/>',
    "stop": '<path d="M8.5 3.500h7l5 5v7l-5 5h-7l-5-5v-7z"/><path d="M12 8v5M12 15.800v.2"/>',
    "copy": '<path d="M9 9h10.500v10.500H9zM15 9V4.500H4.500V15H9"/>',
    "print": '<path d="M7 8.500V4h10v4.500M7 16.500H4v-8h16v8h-3M7 13.500h10V20H7z"/>',
    "download": '<path d="M12 4v11M7.5 11 12 15.5 16.5 11M5 19.500h14"/>',
    "arrow": '<path d="M4.5 12h15M13.5 6l6 6-6 6"/>',
    "external": '<path d="M13.5 4.500h6v6M19.5 4.5 11 13M9.5 5.500h-5v14h14v-5"/>',
    "log": '<path d="M6 4h12v16H6zM9 8.500h6M9 12h6M9 15.500h4"/>',
    "settings": '<path d="M4 7h9M17 7h3M4 12h3M11 12h9M4 17h9M17 17h3"/><circle cx="15" cy="7" r="2"/>'
    '<circle cx="9" cy="12" r="2"/><circle cx="15" cy="17" r="2"/>',
    "trash": '<path d="M5 7h14M9.5 7V4.500h5V7M7 7l.8 12.500h8.400L17 7M10.5 10.500v5.500M13.5 10.500v5.5"/>',
    "mail": '<path d="M3.5 6h17v12.500h-17z"/><path d="m4 7 8 6 8-6"/>',
    "shop": '<path d="M4.5 10v9.500h15V10M3.5 9.5 5.5 4.500h13l2 5a2.8 2.8 0 0 1-5.6.2 2.9 2.9 0 0 1-5.8 0 2.8 2.8 0 '
    '0 1-5.6-.2zM10 19.500V14h4v5.5"/>',
}
