"""Addresses of the pages, but for orders and shipments."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from varco.hub.web import (
    account,
    connection_settings,
    connections,
    consent,
    health,
    home,
    login,
    organisation,
    setup,
    wizard,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("setup/", setup.first_run, name="setup"),
    path("login/", login.log_in, name="login"),
    path("logout/", login.log_out, name="logout"),
    path("password/<uuid:public_id>/<str:token>/", login.choose_password, name="choose-password"),
    path("account/", account.account, name="account"),
    path("account/person/", account.change_person, name="account-person"),
    path("account/mails/", account.change_mails, name="account-mails"),
    path("account/password/", account.change_password, name="account-password"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/choose/", account.choose_organisation, name="choose-organisation"),
    path("members/", organisation.members, name="members"),
    path("members/<uuid:public_id>/link/", organisation.member_link, name="member-link"),
    path("members/<uuid:public_id>/role/", organisation.member_role, name="member-role"),
    path("members/<uuid:public_id>/remove/", organisation.member_remove, name="member-remove"),
    path("connect/", wizard.address, name="connect"),
    path("connect/woocommerce/return", consent.returned, name="consent-return"),
    path("connect/woocommerce/callback", consent.callback, name="consent-callback"),
    path("connect/<uuid:operation_id>/", wizard.keys, name="connect-keys"),
    path("connections/", connections.connections, name="integrations"),
    path("connections/<uuid:public_id>/", connections.connection, name="integration"),
    path("connections/<uuid:public_id>/card/", connections.card, name="integration-card"),
    path("connections/<uuid:public_id>/status/", connections.status, name="integration-status"),
    path("connections/<uuid:public_id>/refresh/", connections.refresh, name="integration-refresh"),
    path("connections/<uuid:public_id>/pause/", connections.pause, name="integration-pause"),
    path("connections/<uuid:public_id>/resume/", connections.resume, name="integration-resume"),
    path("connections/<uuid:public_id>/remove/", connections.remove, name="integration-remove"),
    path("connections/<uuid:public_id>/problems/", connections.problems, name="integration-problems"),
    path("connections/<uuid:public_id>/log/", connections.log, name="integration-log"),
    path("connections/<uuid:public_id>/log/<uuid:exchange_id>/", connections.exchange, name="integration-exchange"),
    path("connections/<uuid:public_id>/settings/", connection_settings.settings, name="integration-settings"),
    path("connections/<uuid:public_id>/access/", connection_settings.access, name="connection-access"),
    path("connections/<uuid:public_id>/try/", connection_settings.try_again, name="connection-try"),
    path("connections/<uuid:public_id>/setup/", wizard.setup, name="connection-setup"),
    path("connections/<uuid:public_id>/setup/<uuid:operation_id>/", wizard.start, name="connection-start"),
]
