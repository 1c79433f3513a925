"""The icons of the house: an explicit list, so that a wheel can pack them, and one reader that inlines them.

Source: the outline set of Tabler Icons (MIT), read from ``settings.FRONT_END_PACKAGES``.
"""

import re
from functools import cache
from pathlib import Path

from django.conf import settings

FOLDER = "@tabler/icons/icons/outline"

_NAMES = """
activity adjustments adjustments-horizontal affiliate alarm alert-circle alert-octagon alert-square
alert-triangle archive arrow-back-up arrow-down arrow-down-right arrow-forward-up arrow-left arrow-merge
arrow-narrow-down arrow-narrow-right arrow-narrow-up arrow-right arrow-up arrow-up-right arrows-diff
arrows-exchange arrows-left-right arrows-maximize arrows-minimize arrows-shuffle arrows-sort arrows-split
award ban bell bell-off bell-ringing binary-tree bolt book bookmark books box briefcase briefcase-2
building building-arch building-bank building-bridge building-community building-estate building-factory
building-factory-2 building-pavilion building-plus building-skyscraper building-store building-warehouse
buildings bulb businessplan calculator calendar calendar-check calendar-clock calendar-due calendar-event
calendar-month calendar-plus calendar-stats calendar-time calendar-week calendar-x car cash cash-banknote
category certificate chart-arcs chart-area chart-bar chart-donut chart-dots chart-funnel chart-histogram
chart-infographic chart-line chart-pie chart-sankey chart-treemap check checkbox checklist checks
chevron-down chevron-left chevron-right chevron-up chevrons-left chevrons-right circle circle-check
circle-dashed circle-dot circle-half circle-minus circle-plus circle-x clipboard clipboard-check
clipboard-data clipboard-list clipboard-text clipboard-x clock clock-exclamation clock-hour-4 clock-pause
clock-play cloud-upload coin coin-yuan coins color-swatch columns columns-3 command compass contract copy
corner-down-left corner-down-right crane credit-card currency-dollar currency-yuan dashboard database
database-export database-import device-desktop device-floppy device-mobile device-tv devices dots
dots-vertical download droplet edit eraser exclamation-circle external-link eye eye-off file file-alert
file-analytics file-certificate file-check file-description file-diff file-download file-export
file-import file-invoice file-off file-pencil file-plus file-report file-search file-spreadsheet file-text
file-time file-type-doc file-type-docx file-type-pdf file-type-xls file-upload file-x files filter
filter-off fingerprint flag flag-2 flag-3 flame folder folder-open folder-plus folders forklift forms
friends gauge gavel git-branch git-commit git-fork git-merge git-pull-request globe grip-vertical
hand-click hand-stop hash heart-handshake help help-circle hierarchy hierarchy-2 hierarchy-3 highlight
history home home-2 hourglass id id-badge id-badge-2 inbox info-circle key keyboard language layers-linked
layout-board layout-dashboard layout-grid layout-kanban layout-list layout-navbar layout-rows
layout-sidebar layout-sidebar-left-collapse layout-sidebar-left-expand layout-sidebar-right leaf license
lifebuoy line-dashed link link-off list list-check list-details list-numbers list-search list-tree loader
loader-2 lock lock-access lock-open lock-password login logout mail mail-opened man map map-2 map-pin
map-pin-check map-pins maximize medal menu-2 message message-2 message-circle messages microphone minimize
minus mood-empty news note notebook notes notification number-123 package packages page-break pencil
pencil-check pencil-plus pennant percentage phone phone-call photo pig-money pin pinned pinned-off plane
plane-departure plant player-pause player-play player-skip-forward player-track-next plug plug-connected
plus point presentation presentation-analytics printer progress progress-alert progress-check progress-x
puzzle qrcode question-mark quote receipt receipt-2 receipt-tax recycle refresh refresh-alert replace
report report-analytics report-money report-search resize restore road rocket rotate route rubber-stamp
ruler-2 ruler-measure scale scan school search section select-all selector send server server-2 settings
settings-automation shape share shield shield-check shield-half shield-lock shield-x ship shopping-cart
sign-right signature sitemap sort-ascending sort-descending sparkles square square-check square-plus stack
stack-2 star star-off stars status-change steam subtask sum sun switch-horizontal table table-alias
table-export table-import table-options tag tags target target-arrow template test-pipe thumb-down
thumb-up ticket tie timeline timeline-event tool tools topology-star topology-star-3 tournament train
transfer transfer-in transfer-out trash tree trending-down trending-up trophy truck truck-delivery
typography unlink upload user user-check user-circle user-cog user-edit user-exclamation user-off
user-plus user-question user-search user-shield user-star user-x users users-group vector versions
view-360 viewfinder wallet wand wave-saw-tool wind windmill world world-pin world-search x yin-yang
zoom-check zoom-exclamation zoom-in zoom-in-area zoom-out zoom-question
"""
ICONS = frozenset(_NAMES.split())

_BODY = re.compile(r"<svg[^>]*>(.*?)</svg>", re.DOTALL)
_BOUNDING_BOX = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


class IconMissing(LookupError):
    """An icon was asked for that the front-end packages do not hold."""


def icon_file(name: str) -> Path:
    """Where the picture of ``name`` lies. Raises `IconMissing` with the mend in words."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise IconMissing(f"{name!r} is no icon name: use a Tabler outline name such as 'building-factory'.")
    found = Path(settings.FRONT_END_PACKAGES) / FOLDER / f"{name}.svg"
    if not found.is_file():
        raise IconMissing(
            f"Icon {name!r} is not in {found.parent}: run `npm ci --ignore-scripts`, or choose a Tabler outline "
            "name and add it to yinfeng/foundation/ui/icons.py."
        )
    return found


@cache
def icon_body(name: str) -> str:
    """The drawing inside the ``<svg>`` element of ``name``, without its empty bounding box."""
    found = _BODY.search(icon_file(name).read_text(encoding="utf-8"))
    if found is None:
        raise IconMissing(f"Icon {name!r} holds no drawing.")
    return re.sub(r"\s*\n\s*", "", _BOUNDING_BOX.sub("", found.group(1)))
