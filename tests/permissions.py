"""The permission table of the house: one row for every address, or several where an address serves several kinds.

A row says what the view asks for at its head (``needs``), how its address is built on the scene of ``scene.py``, which
methods it takes, who is the right person, and who must be turned away. An address without a row fails the suite, and so
does a row without an address. The people are those of the root ``conftest.py`` and of ``scene.more_people``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

Asked = tuple[str | None, str] | None
Made = Callable[[SimpleNamespace], dict[str, Any]]

GET = ("GET",)
POST = ("POST",)
BOTH = ("GET", "POST")
BUSINESS = {
    "lead",
    "project",
    "consultation",
    "contact",
    "agreement",
    "list",
    "document",
    "import",
    "person_data",
    "indicator",
    "bulletin",
}
# Who reads nothing of the kind, whatever the unit: the administrators no business, the others no administration.
OUTSIDERS = {
    **dict.fromkeys(BUSINESS, ("sysadmin", "secadmin", "auditor")),
    **dict.fromkeys(("account", "rights"), ("officer", "director", "leader", "steward")),
    "audit": ("officer", "director", "sysadmin", "secadmin"),
    "setting": ("officer", "director", "secadmin", "auditor"),
    "definition": ("sysadmin", "secadmin", "auditor"),
}


@dataclass(frozen=True)
class Row:
    """One address.

    ``of`` builds the arguments of the address from the scene, ``query`` may name objects of it; ``about`` tells whether
    they name an object with a scope. ``stranger`` may use the verb, but on nothing here: 404. ``reader`` sees the object
    and may not do this: 403.
    ``public`` is open to anybody, ``api`` answers a stranger with 401 instead of the way to the door.
    """

    name: str
    needs: Asked
    methods: tuple[str, ...] = GET
    of: Made = lambda _: {}
    query: str = ""
    data: Made = lambda _: {}
    about: bool = False
    right: str = "officer"
    stranger: str = ""
    reader: str = ""
    public: bool = False
    api: bool = False
    writes_on_get: bool = False  # a look that is logged
    also: tuple[str, ...] = ()  # further methods of the same address, which have rows of their own
    no_page: bool = False  # a part of a page, a file, or JSON: not looked at in the browser

    def url(self, made: SimpleNamespace) -> str:
        return reverse(self.name, kwargs=self.of(made)) + self.query.format_map(vars(made))

    @property
    def by_role(self) -> int | None:
        """What others are told at once where, in the standard policy, only those may do it who reach everything."""
        return {("project", "V"): 403, ("lead", "D"): 403, ("consultation", "D"): 403, ("import", "D"): 403}.get(
            self.needs
        )  # type: ignore[arg-type]


def addresses() -> Iterator[tuple[str, str, Any]]:
    """(name with its namespaces, route, view) of everything that is mounted."""

    def walk(patterns: list[Any], route: str, spaces: tuple[str, ...]) -> Iterator[tuple[str, str, Any]]:
        for pattern in patterns:
            here = route + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
                yield from walk(pattern.url_patterns, here, inner)
            elif isinstance(pattern, URLPattern):
                yield ":".join((*spaces, pattern.name or here)), here, pattern.callback

    yield from walk(get_resolver().url_patterns, "", ())


def _id(thing: str, /, **more: Any) -> Made:
    return lambda m: {"pk": getattr(m, thing).pk, **more}


def _on_project(name: str, needs: tuple[str, str], methods: tuple[str, ...] = BOTH, **more: Any) -> Row:
    of = more.pop("of", _id("project"))
    verb = {} if needs[1] == "S" else {"reader": "onlooker"}
    return Row(f"projects:{name}", needs, methods, of, about=True, stranger="stranger", **{**verb, **more})


def _on_task(name: str, verb: str, methods: tuple[str, ...], **more: Any) -> Row:
    reader = {} if verb == "S" else {"reader": "onlooker"}
    of = more.pop("of", _id("task"))
    return Row(f"reporting:{name}", ("project", verb), methods, of, about=True, stranger="stranger", **reader, **more)


def _on_document(name: str, verb: str, methods: tuple[str, ...] = POST, **more: Any) -> Row:
    reader = {} if verb == "S" else {"reader": "onlooker"}
    of = more.pop("of", _id("document"))
    return Row(
        f"intelligence:{name}", ("document", verb), methods, of, about=True, stranger="stranger", **reader, **more
    )


def _on_import(name: str, methods: tuple[str, ...] = POST, **more: Any) -> Row:
    """Who sees an import and may not take or undo it is tried in the tests of the app."""
    return Row(f"importing:{name}", ("import", "S"), methods, _id("an_import"), about=True, stranger="stranger", **more)


def _administered(name: str, kind: str, verb: str, methods: tuple[str, ...], **more: Any) -> Row:
    right = {"account": "sysadmin", "rights": "secadmin", "audit": "auditor", "setting": "sysadmin"}[kind]
    reader = {"reader": "auditor"} if (kind, verb) == ("account", "A") else {}
    return Row(f"administration:{name}", (kind, verb), methods, **{"right": right, **reader, **more})


def _api_read(name: str, of: Made, **more: Any) -> Row:
    return Row(
        f"api:{name}", None, GET, of, **{"api": True, "about": True, "stranger": "stranger", "no_page": True, **more}
    )


def _api_write(name: str, of: Made | None = None, methods: tuple[str, ...] = POST, **more: Any) -> Row:
    about = {"about": True, "stranger": "stranger", "reader": "onlooker"} if of else {}
    return Row(f"api:{name}", None, methods, of or (lambda _: {}), **{"api": True, "no_page": True, **about, **more})


_PERSON = _id("a_person")
_UNIT = _id("a_unit")

ROWS: tuple[Row, ...] = (
    # ---------------------------------------------------------------------------------- open to anybody
    Row("healthz", None, GET, public=True, no_page=True),
    Row("readyz", None, GET, public=True, no_page=True),
    Row("ui:gallery", None, GET, public=True),
    Row("accounts:login", None, BOTH, public=True),
    Row("accounts:logout", None, POST, public=True),
    Row("accounts:switch", None, POST, public=True, data=lambda _: {"language": "zh-hans"}),
    # ---------------------------------------------------------------------------------- any signed-in person
    Row("portal:workbench", (None, "S")),
    Row("portal:search", (None, "S"), query="?q=云梯"),
    Row("portal:palette", (None, "S"), query="?q=云梯", no_page=True),
    Row("accounts:change_password", (None, "S"), BOTH),
    Row("jobs:list", (None, "S")),
    Row("jobs:progress", (None, "S"), of=_id("job"), about=True, stranger="colleague", no_page=True),
    Row("notices:list", (None, "S")),
    Row("notices:read", (None, "S"), POST, _id("notice"), about=True, stranger="colleague"),
    Row("notices:read_all", (None, "S"), POST),
    Row("files:download", (None, "S"), of=_id("file"), about=True, stranger="stranger", writes_on_get=True, no_page=True),
    Row(
        "files:download", (None, "S"), of=_id("document_file"), about=True, stranger="stranger", writes_on_get=True,
        no_page=True,
    ),
    *(
        Row(f"administration:search_{what}", (None, "S"), query="?q=东", no_page=True)
        for what in ("divisions", "industries", "units", "people")
    ),
    # ---------------------------------------------------------------------------------- chains and groups
    Row("chains:index", ("definition", "S")),
    *(
        Row(f"chains:{name}", ("definition", "E"), BOTH, of, right="steward", reader="officer")
        for name, of in (
            ("chain_new", lambda _: {}), ("group_new", lambda _: {}), ("chain_edit", _id("chain")),
            ("segment_new", _id("chain")), ("segment_edit", _id("segment")), ("group_edit", _id("group")),
        )
    ),
    # ---------------------------------------------------------------------------------- assessment
    Row("assessment:index", ("consultation", "S")),
    Row("assessment:clocks", ("lead", "S")),
    Row("assessment:call", ("consultation", "E"), BOTH, reader="leader"),
    *(
        Row(
            f"assessment:{name}", ("consultation", verb), methods, of=_id("consultation"), about=True, right=right,
            stranger="stranger", reader=reader,
        )
        for name, verb, methods, right, reader in (
            ("consultation", "S", GET, "officer", ""), ("send_papers", "E", POST, "officer", "onlooker"),
            ("cancel", "E", BOTH, "officer", "onlooker"), ("conclude", "D", BOTH, "director", "officer"),
        )
    ),
    Row(
        "assessment:take_off", ("consultation", "E"), POST, about=True, stranger="stranger", reader="onlooker",
        of=lambda m: {"pk": m.consultation.pk, "item_pk": m.agenda_item.pk},
    ),
    Row("assessment:opinion", ("consultation", "S"), BOTH, of=_id("opinion"), about=True, stranger="stranger"),
    Row(
        "assessment:opinion_withdraw", ("consultation", "E"), BOTH, of=_id("opinion"), about=True, stranger="stranger",
        reader="agent",
    ),
    Row("assessment:step", ("lead", "E"), BOTH, of=_id("lead"), about=True, stranger="stranger", reader="onlooker"),
    Row("assessment:step_void", ("lead", "E"), BOTH, of=_id("step"), about=True, stranger="stranger", reader="onlooker"),
    *(
        Row(
            f"assessment:{name}", needs, methods, of=_id("project", kind="project", **more), about=True,
            stranger="stranger", reader=reader,
        )
        for name, needs, methods, more, reader in (
            ("subject", ("project", "S"), GET, {}, ""), ("score", ("project", "S"), BOTH, {"scheme": "park"}, "onlooker"),
            ("ask", ("project", "S"), BOTH, {}, "onlooker"), ("put", ("consultation", "E"), BOTH, {}, "onlooker"),
        )
    ),
    Row(
        "assessment:subject", ("project", "S"), of=_id("lead", kind="lead"), about=True, stranger="stranger",
    ),
    # ---------------------------------------------------------------------------------- the front pages
    Row("portal:cockpit", ("project", "S")),
    # ---------------------------------------------------------------------------------- the lists
    Row("projects:ledger", ("project", "S")),
    Row("projects:ledger_fold", ("project", "S"), no_page=True),
    Row("projects:ledger_export", ("project", "X"), reader="outpost", writes_on_get=True, no_page=True),
    Row("projects:view_save", ("project", "S"), POST, data=lambda _: {"name": "试用视图", "back": "q=电梯"}),
    Row(
        "projects:view_change", ("project", "S"), POST, _id("view"), data=lambda _: {"verb": "pin"}, about=True,
        stranger="colleague",
    ),
    Row(
        "projects:bulk_assign", ("project", "E"), POST, about=True, stranger="stranger", reader="onlooker",
        data=lambda m: {"id": m.project.pk, "owner": m.officer.pk},
    ),
    Row("projects:board", ("project", "S")),
    Row("projects:board_more", ("project", "S"), of=lambda _: {"stage": "negotiating"}, no_page=True),
    Row("projects:leads", ("lead", "S")),
    Row("projects:enter", ("lead", "S"), BOTH, reader="leader"),
    Row("projects:entry_similar", ("lead", "S"), POST, data=lambda _: {"name": "智能电梯部件"}),
    Row("projects:verify", ("project", "V"), right="director", reader="officer"),
    Row(
        "projects:verify_batch", ("project", "V"), POST, right="director", reader="officer",
        data=lambda m: {"kind": "milestone", "id": m.milestone.pk},
    ),
    *(
        Row("projects:choose", ("project", "S"), of=lambda _, what=what: {"what": what}, query="?q=云", no_page=True)
        for what in ("person", "industry", "enterprise", "review", "project", "phase", "agreement")
    ),
    # ---------------------------------------------------------------------------------- one project
    _on_project("project", ("project", "S"), GET),
    *(
        _on_project("project_part", ("project", "S"), GET, of=_id("project", name=name), no_page=True)
        for name in ("papers", "deals", "claims", "contacts", "life", "panels", "lists")
    ),
    _on_project("walk", ("project", "S"), GET, of=_id("project", way="on"), no_page=True),
    _on_project("follow", ("project", "S"), POST),
    _on_project("entered", ("lead", "S"), GET, of=_id("project", what="project")),
    _on_project("advance", ("project", "E")),
    _on_project("funds", ("project", "E")),
    _on_project("flag", ("project", "E")),
    _on_project("flag", ("project", "E"), query="?lift=stalled"),
    *(
        _on_project("edit", ("project", "E"), of=_id("project", group=group))
        for group in ("basic", "investors", "listing", "team")
    ),
    _on_project("add_phase", ("project", "E")),
    _on_project("edit_phase", ("project", "E"), of=lambda m: {"pk": m.project.pk, "phase_pk": m.phase.pk}),
    _on_project("undertaking_add", ("list", "E")),
    _on_project("undertaking_done", ("list", "E"), of=_id("undertaking")),
    _on_project("undertaking_edit", ("list", "E"), of=_id("undertaking")),
    _on_project("back_plan", ("list", "E")),
    _on_project("team", ("list", "E"), of=_id("second")),
    _on_project("seat", ("list", "E"), of=_id("seat")),
    _on_project("visit", ("contact", "E")),
    _on_project("visit_void", ("contact", "E"), of=_id("visit")),
    _on_project("claim", ("lead", "E")),
    _on_project("claim_dispute", ("lead", "E"), of=_id("claim")),
    _on_project("claim_release", ("lead", "E"), of=_id("claim")),
    _on_project("claim_rule", ("lead", "D"), of=_id("contested"), right="director"),
    _on_project("agreement_add", ("agreement", "E")),
    _on_project("agreement_review", ("agreement", "E"), of=_id("agreement")),
    _on_project("agreement_review", ("agreement", "E"), of=_id("agreement"), right="director"),
    _on_project("agreement_effect", ("agreement", "E"), of=_id("agreement")),
    _on_project("agreement_void", ("agreement", "E"), of=_id("agreement")),
    *(
        row
        for what in ("milestone", "funds", "flag")
        for row in (
            _on_project("fact_verify", ("project", "V"), POST, of=_id(what, what=what), right="director"),
            _on_project("fact_return", ("project", "V"), of=_id(what, what=what), right="director"),
            _on_project("fact_void", ("project", "S"), of=_id(what, what=what), reader="onlooker"),
        )
    ),
    _on_project("fact_correct", ("project", "S"), of=_id("milestone"), reader="onlooker"),
    Row(
        "projects:board_drop", ("project", "E"), about=True, stranger="stranger", reader="onlooker", no_page=True,
        query="?id={project.pk}&to=consulted",
    ),
    _on_project("merge", ("import", "D"), right="director"),
    _on_project("merge", ("import", "D"), right="director", query="?with={second.pk}"),
    _on_project("merge_undo", ("import", "D"), of=_id("merged"), right="director"),
    _on_project(
        "unmask", ("person_data", "V"), POST, of=lambda m: {"pk": m.project.pk, "contact_pk": m.contact.pk}
    ),
    _on_project("contact_new", ("contact", "E")),
    _on_project(
        "contact_remove", ("person_data", "V"), of=lambda m: {"pk": m.project.pk, "contact_pk": m.contact.pk}
    ),
    # ---------------------------------------------------------------------------------- the reporting cycle
    Row("reporting:tasks", ("project", "S"), query="?month=2026-02"),
    Row("reporting:issue", ("import", "D"), POST, right="director", reader="officer", data=lambda _: {"month": "2026-02"}),
    Row("reporting:urge", ("project", "V"), POST, right="director", reader="officer"),
    _on_task("task", "S", GET),
    _on_task("declare", "E", BOTH),
    _on_task("accept", "V", POST, right="director"),
    _on_task("send_back", "V", BOTH, right="director"),
    Row("reporting:worklist", ("project", "V"), query="?kind=funds", right="director", reader="officer"),
    Row(
        "reporting:worklist_do", ("project", "V"), POST, right="director", reader="officer",
        data=lambda m: {"kind": "milestone", "do": "verify", "id": m.milestone.pk},
    ),
    Row("reporting:closing", ("project", "S")),
    Row(
        "reporting:closing_wrong", ("project", "V"), query="?month=2026-02", right="director", reader="officer", no_page=True
    ),
    Row("reporting:close", ("import", "D"), BOTH, right="director", reader="officer"),
    Row("reporting:closed", ("project", "S"), of=_id("closed")),
    Row("reporting:corrections", ("project", "S")),
    *(
        Row(
            f"reporting:{name}", ("import", "D") if name != "correction" else ("project", "S"), methods, _id("correction"),
            about=True, right="director", stranger="stranger", reader="" if name == "correction" else "onlooker",
        )
        for name, methods in (("correction", GET), ("approve", POST), ("reject", BOTH))
    ),
    *(
        Row(
            "reporting:change", ("project", "S"), BOTH, _id(what, what=what), about=True, stranger="stranger",
            reader="onlooker",
        )
        for what in ("milestone", "funds", "flag")
    ),
    Row("reporting:add", ("project", "E"), BOTH, _id("project"), about=True, stranger="stranger", reader="onlooker"),
    Row("reporting:weekly", ("project", "S"), query="?from=2026-02-01&to=2026-12-31"),
    Row("reporting:weekly_export", ("project", "X"), reader="outpost", writes_on_get=True, no_page=True),
    Row("reporting:quality", ("project", "S"), query="?month=2026-02"),
    *(
        Row("reporting:quality_rows", ("project", "S"), of=lambda _, f=figure: {"figure": f}, query="?month=2026-02")
        for figure in ("filled", "evidence", "verified", "on_time")
    ),
    # ---------------------------------------------------------------------------------- events
    Row("projects:ceremonies", ("agreement", "S")),
    _on_project("ceremony", ("agreement", "S"), GET, of=_id("ceremony")),
    Row("projects:ceremony_hold", ("agreement", "E"), BOTH, reader="leader"),
    # ---------------------------------------------------------------------------------- one lead
    _on_project("lead", ("lead", "S"), GET, of=_id("lead")),
    _on_project("entered", ("lead", "S"), GET, of=_id("lead", what="lead")),
    *(
        _on_project(name, ("lead", "E"), of=_id("lead"))
        for name in ("lead_edit", "lead_screen", "lead_drop", "lead_promote", "lead_claim")
    ),
    _on_project("lead_visit", ("contact", "E"), of=_id("lead")),
    # ---------------------------------------------------------------------------------- documents
    Row("importing:index", ("import", "S")),
    Row("importing:upload", ("import", "E"), POST, reader="director", no_page=True),
    Row("importing:template", ("import", "E"), reader="director", no_page=True, writes_on_get=True),
    Row("importing:export", ("project", "X"), reader="outpost", no_page=True, writes_on_get=True),
    _on_import("detail", GET),
    _on_import("choose"),
    _on_import("apply"),
    _on_import("undo", right="director"),
    _on_import("rest", GET, no_page=True, writes_on_get=True),
    Row("intelligence:queue", ("document", "S")),
    Row("intelligence:take_in", ("document", "E"), BOTH, reader="leader"),
    Row("intelligence:records", ("document", "S")),
    Row(
        "intelligence:batch", ("document", "V"), POST, reader="leader",
        data=lambda m: {"id": m.proposal.pk, "do": "reject", "reason": "无"},
    ),
    Row("intelligence:labels", ("document", "X"), right="director", reader="officer", no_page=True, writes_on_get=True),
    Row("intelligence:candidates", ("document", "S")),
    Row("intelligence:watch", ("document", "S")),
    Row("intelligence:watch_sentences", ("document", "S")),
    _on_document("alert_close", "V", of=_id("alert"), data=lambda _: {"note": "已拜访"}),
    _on_document("story", "S", GET),
    _on_document("evidence", "S", GET, of=_id("proposal"), no_page=True),
    _on_document("attach", "V", of=_id("proposal")),
    Row("intelligence:sources", ("document", "S")),
    Row("intelligence:bookmarklet", ("document", "E"), reader="leader"),
    Row("intelligence:source_new", ("document", "V"), BOTH, lambda _: {"kind": "feed"}, reader="leader"),
    _on_document("source", "S", GET, of=_id("source")),
    _on_document("source_edit", "V", BOTH, of=_id("source")),
    *(_on_document(name, "V", of=_id("source")) for name in ("source_look", "source_switch", "source_trust")),
    _on_document("document", "S", GET),
    _on_document("read_again", "E"),
    _on_document("finish", "V"),
    _on_document("correct", "E", of=_id("proposal")),
    *(
        _on_document(name, "V", of=_id("proposal"))
        for name in ("accept_lead", "accept_project", "accept_into", "reject", "reopen")
    ),
    _on_document("targets", "S", GET, of=_id("proposal"), no_page=True),
    # ---------------------------------------------------------------------------------- indicators
    Row("indicators:index", ("indicator", "S")),
    Row("indicators:figure", ("indicator", "S"), of=lambda _: {"name": "start_rate"}, query="?rows=1"),
    Row(
        "indicators:pivot_export", ("indicator", "X"), right="director", reader="officer", no_page=True, writes_on_get=True,
    ),
    *(Row(f"indicators:{name}", ("indicator", "S")) for name in ("pivot", "cohorts", "funnel", "targets")),
    Row("indicators:bridge", ("indicator", "S"), of=lambda _: {"name": "start_rate"}),
    Row("indicators:targets_of", ("indicator", "S"), of=lambda _: {"name": "signed_count", "year": 2026}),
    Row(
        "indicators:targets_set", ("definition", "E"), BOTH, lambda _: {"name": "signed_count", "year": 2026},
        right="steward", reader="officer",
    ),
    Row("indicators:shares", ("indicator", "S")),
    Row("indicators:share", ("project", "D"), BOTH, right="director", reader="officer"),
    Row("indicators:statistics", ("indicator", "X"), right="director", reader="officer"),
    Row(
        "indicators:statistics_list", ("indicator", "X"), of=_id("statistics_list"), right="director", reader="officer"
    ),
    Row("indicators:statistics_import", ("indicator", "X"), BOTH, right="steward", reader="officer"),
    Row("indicators:definitions", ("definition", "S")),
    Row("indicators:definition", ("definition", "S"), of=lambda _: {"name": "start_rate"}),
    Row("indicators:definition_new", ("definition", "E"), BOTH, right="steward", reader="officer"),
    Row(
        "indicators:definition_edit", ("definition", "E"), BOTH, lambda _: {"name": "start_rate"}, right="steward",
        reader="officer",
    ),
    Row(
        "indicators:export", ("indicator", "X"), of=lambda _: {"name": "start_rate"}, right="director", reader="officer",
        no_page=True, writes_on_get=True,
    ),
    # ---------------------------------------------------------------------------------- bulletins
    Row("briefing:index", ("bulletin", "S")),
    Row("briefing:check", ("bulletin", "S"), BOTH, data=lambda _: {"text": "签约32个，开工22个，开工率68.9%。"}),
    Row("briefing:new", ("bulletin", "E"), BOTH, right="director", reader="officer"),
    Row("briefing:bulletin", ("bulletin", "S"), of=_id("bulletin_issued"), query="?figure=1"),
    Row("briefing:bulletin", ("bulletin", "S"), of=_id("bulletin"), right="steward"),
    Row("briefing:edit", ("bulletin", "E"), BOTH, _id("bulletin"), right="director", reader="officer"),
    Row("briefing:compute", ("bulletin", "E"), POST, _id("bulletin"), right="director", reader="officer"),
    Row("briefing:discard", ("bulletin", "E"), POST, _id("bulletin"), right="director", reader="officer"),
    Row("briefing:approve", ("bulletin", "V"), POST, _id("bulletin"), right="director", reader="officer"),
    Row("briefing:reopen", ("bulletin", "V"), POST, _id("bulletin_checked"), right="director", reader="officer"),
    Row(
        "briefing:issue", ("bulletin", "D"), POST, _id("bulletin_checked"), data=lambda _: {"window_days": 5},
        right="director", reader="officer",
    ),
    Row("briefing:objection", ("bulletin", "S"), POST, _id("bulletin_issued"), data=lambda _: {"text": "少计一个项目"}),
    Row(
        "briefing:decide", ("bulletin", "V"), POST, _id("bulletin_issued", objection_pk=1),
        data=lambda _: {"outcome": "upheld", "reply": "将更正"}, right="director", reader="officer",
    ),
    Row(
        "briefing:correct", ("bulletin", "E"), POST, _id("bulletin_issued"), data=lambda _: {"reason": "漏报"},
        right="director", reader="officer",
    ),
    Row("briefing:changes", ("bulletin", "V"), of=_id("bulletin_issued"), right="director", reader="officer"),
    # ---------------------------------------------------------------------------------- administration
    _administered("units", "account", "S", GET),
    _administered("unit_create", "account", "A", BOTH),
    _administered("unit_edit", "account", "A", BOTH, of=_UNIT),
    *(
        _administered(name, "account", "A", POST, of=_UNIT)
        for name in ("unit_move", "unit_deactivate", "unit_reactivate")
    ),
    _administered("people", "account", "S", GET),
    _administered("person", "account", "S", GET, of=_PERSON),
    _administered("person_create", "account", "A", BOTH),
    _administered("person_edit", "account", "A", BOTH, of=_PERSON),
    *(
        _administered(name, "account", "A", POST, of=_PERSON)
        for name in ("person_password", "person_deactivate", "person_reactivate", "post_give")
    ),
    _administered("post_end", "account", "A", POST, of=lambda m: {"pk": m.a_person.pk, "post_pk": m.a_post.pk}),
    Row("administration:rulebook", (None, "S"), about=True, right="steward", stranger="nobody"),
    _administered("rights", "rights", "S", GET),
    Row("administration:rule", (None, "S"), of=lambda _: {"kind": "lights"}, about=True, stranger="sysadmin"),
    Row(
        "administration:rule", (None, "S"), of=lambda _: {"kind": "rights"}, about=True, right="auditor",
        stranger="steward",
    ),
    Row(
        "administration:rule_propose", (None, "S"), BOTH, lambda _: {"kind": "lights"}, about=True, right="steward",
        stranger="sysadmin", reader="officer",
    ),
    Row(
        "administration:rule_propose", (None, "S"), BOTH, lambda _: {"kind": "rights"}, about=True, right="secadmin",
        stranger="steward", reader="sysadmin",
    ),
    Row(
        "administration:rule_approve", (None, "S"), POST, _id("rule", kind="lights"), about=True, right="director",
        stranger="secadmin", reader="steward",
    ),
    _administered("trail", "audit", "S", GET),
    _administered("looks", "audit", "S", GET),
    _administered("logins", "audit", "S", GET),
    _administered("trail_verify", "audit", "S", POST),
    _administered("trail_export", "audit", "X", POST),
    _administered("system", "setting", "S", GET),
    _administered("system_doctor", "setting", "A", POST),
    # ---------------------------------------------------------------------------------- tokens and webhooks
    Row("exchange:own", (None, "S")),
    Row("exchange:make", (None, "S"), BOTH),
    Row("exchange:revoke", (None, "S"), POST, _id("token"), about=True, stranger="colleague"),
    Row("exchange:every", ("rights", "S"), right="secadmin"),
    Row("exchange:revoke_any", ("rights", "A"), POST, _id("token"), right="secadmin", reader="auditor",
        data=lambda _: {"reason": "不再使用"}),
    Row("exchange:webhook_make", (None, "S"), BOTH),
    Row("exchange:webhook", (None, "S"), GET, _id("webhook"), about=True, stranger="colleague"),
    Row(
        "exchange:webhook_change", (None, "S"), POST, _id("webhook"), about=True, stranger="colleague", reader="auditor",
        data=lambda _: {"verb": "stop"},
    ),
    Row("custody:backups", ("setting", "S"), right="sysadmin"),
    Row("custody:make", ("setting", "A"), POST, right="sysadmin"),
    Row("custody:check", ("setting", "A"), POST, right="sysadmin", data=lambda _: {"name": "yinfeng.yfb"}),
    # ---------------------------------------------------------------------------------- the API
    # the description is the same for everybody and whatever the method
    Row("api:openapi-json", None, ("GET", "POST", "PUT", "DELETE"), also=("PATCH",), public=True, no_page=True),
    Row("api:api-root", None, (), public=True, no_page=True),  # names where the API begins, and is no page
    *(
        Row(f"api:{read}", None, GET, api=True, no_page=True, also=("POST",))
        for read in ("list_projects", "list_leads", "list_documents", "list_views")
    ),
    *(
        Row(f"api:{read}", None, GET, api=True, no_page=True)
        for read in ("list_undertakings", "list_changes")
    ),
    *(
        _api_write(write, also=("GET",), data=data, reader="leader")
        for write, data in (
            ("create_project", lambda m: {"name": "试用项目", "kind": "service", "lead_unit_id": m.project.lead_unit_id}),
            (
                "create_lead",
                lambda m: {"name": "试用线索", "kind": "service", "channel": "chain",
                           "owner_unit_id": m.project.lead_unit_id},
            ),
            ("push_document", lambda m: {"unit_id": m.project.lead_unit_id, "text": "星澜储能项目开工。"}),
        )
    ),
    _api_write("save_view", also=("GET",), data=lambda _: {"name": "接口视图", "query": "stage=signed"}),
    _api_read("get_project", _id("project"), also=("PATCH",)),
    _api_write("edit_project", _id("project"), ("PATCH",), also=("GET",), data=lambda _: {"product": "曳引机"}),
    _api_read("list_facts", _id("project")),
    _api_read("list_phases", _id("project"), also=("POST",)),
    _api_write("add_phase", _id("project"), also=("GET",), data=lambda _: {"name": "二期"}),
    _api_write("edit_phase", _id("project", number=1), ("PATCH",), data=lambda _: {"name": "首期"}),
    _api_read("get_gate", _id("project", number=1, stage="signed")),
    _api_write(
        "post_milestone", _id("project", number=1),
        data=lambda m: {"stage": "consulted", "happened_on": "2026-03-02", "expected_version": 1},
    ),
    _api_write(
        "post_funds", _id("project"),
        data=lambda _: {"amount": 5_000_000, "arrived_on": "2026-03-02", "basis": "capital", "voucher": "验资2026-9",
                        "boundary": "outside_city"},
    ),
    _api_write("void_milestone", _id("milestone"), data=lambda _: {"reason": "登记有误"}),
    _api_write("void_funds", _id("funds"), data=lambda _: {"reason": "登记有误"}),
    _api_read("list_agreements", _id("project"), also=("POST",)),
    _api_write(
        "record_agreement", _id("project"), also=("GET",),
        data=lambda _: {"kind": "framework", "title": "试用协议", "parties": "甲乙双方", "signed_on": "2026-03-02"},
    ),
    _api_write("void_agreement", _id("agreement"), data=lambda _: {"reason": "登记有误"}),
    _api_read("list_project_undertakings", _id("project"), also=("POST",)),
    _api_write(
        "add_undertaking", _id("project"), also=("GET",),
        data=lambda m: {"what": "办理环评", "unit_id": m.project.lead_unit_id, "due_on": "2099-01-04"},
    ),
    _api_write("complete_undertaking", _id("undertaking"), data=lambda _: {"done_on": "2026-03-02"}),
    _api_read("get_lead", _id("lead"), also=("PATCH",)),
    _api_write("edit_lead", _id("lead"), ("PATCH",), also=("GET",), data=lambda _: {"product": "水处理膜"}),
    _api_read("get_document", _id("document")),
    _api_write("delete_view", _id("view"), ("DELETE",), stranger="colleague", reader=""),
    _api_read("run_view", _id("view"), stranger="colleague"),
)  # fmt: skip
