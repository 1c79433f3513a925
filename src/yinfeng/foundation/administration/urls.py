from django.urls import path

from .pages import lookups, people, rulebook, system, trail, units

app_name = "administration"
urlpatterns = [
    path("units/", units.index, name="units"),
    path("units/new/", units.create, name="unit_create"),
    path("units/<int:pk>/", units.edit, name="unit_edit"),
    path("units/<int:pk>/move/", units.move, name="unit_move"),
    path("units/<int:pk>/deactivate/", units.deactivate, name="unit_deactivate"),
    path("units/<int:pk>/reactivate/", units.reactivate, name="unit_reactivate"),
    path("people/", people.index, name="people"),
    path("people/new/", people.create, name="person_create"),
    path("people/<int:pk>/", people.detail, name="person"),
    path("people/<int:pk>/edit/", people.edit, name="person_edit"),
    path("people/<int:pk>/password/", people.reset_password, name="person_password"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", people.reactivate, name="person_reactivate"),
    path("people/<int:pk>/posts/", people.give_post, name="post_give"),
    path("people/<int:pk>/posts/<int:post_pk>/end/", people.end_post, name="post_end"),
    path("rulebook/", rulebook.index, name="rulebook"),
    path("rulebook/rights/", rulebook.rights, name="rights"),
    path("rulebook/<str:kind>/", rulebook.detail, name="rule"),
    path("rulebook/<str:kind>/propose/", rulebook.propose, name="rule_propose"),
    path("rulebook/<str:kind>/<int:pk>/approve/", rulebook.approve, name="rule_approve"),
    path("audit/", trail.index, name="trail"),
    path("audit/looks/", trail.look_log, name="looks"),
    path("audit/logins/", trail.logins, name="logins"),
    path("audit/verify/", trail.verify, name="trail_verify"),
    path("audit/export/", trail.export, name="trail_export"),
    path("system/", system.index, name="system"),
    path("system/doctor/", system.run_doctor, name="system_doctor"),
    path("search/divisions/", lookups.divisions, name="search_divisions"),
    path("search/industries/", lookups.industries, name="search_industries"),
    path("search/units/", lookups.units, name="search_units"),
    path("search/people/", lookups.people, name="search_people"),
]
