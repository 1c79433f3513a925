"""Addresses of the lists: the ledger, its views, the export, the board."""

from django.urls import path

from .pages import board, export, ledger

urlpatterns = [
    path("", ledger.ledger_page, name="ledger"),
    path("fold/", ledger.ledger_fold, name="ledger_fold"),
    path("assign/", ledger.bulk_assign, name="bulk_assign"),
    path("export/", export.ledger_export, name="ledger_export"),
    path("views/save/", ledger.view_save, name="view_save"),
    path("views/<int:pk>/", ledger.view_change, name="view_change"),
    path("board/", board.board_page, name="board"),
    path("board/more/<slug:stage>/", board.board_more, name="board_more"),
    path("board/drop/", board.board_drop, name="board_drop"),
]
