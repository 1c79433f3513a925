"""Whether a sentence goes on about what was told before it, and whether it tells anything at all."""

from __future__ import annotations

from ..lexicon import Tag
from ..mentions.page import Page, Sentence
from . import phrases
from .drafts import Draft
from .hearsay import DENIAL
from .organisations import organisations
from .sentence import Told


def continues(page: Page, told: Told, draft: Draft, line_project: Draft | None, strict: bool = False) -> bool:
    """Whether a sentence without a name goes on about the project of the sentences before it.

    strict: a sentence with a firm in it goes on only where that firm is the project's own.
    """
    work, sentence = page.work, told.sentence
    firms = organisations(page, sentence.start, sentence.end)
    if draft.investors and not draft.names:
        own = {work[a:b] for a, b in draft.investors}
        if any(work[a:b] in own for a, b in firms):
            return True
    if firms and draft.names:
        brands = [phrases.LEGAL.sub("", work[a:b]) for a, b in firms]
        told_names = [work[n.start : n.end] for n in draft.names[-4:]]
        if all(any(brand in name for name in told_names) for brand in brands if len(brand) > 1):
            firms = []  # the firm is the project's own
    if any(n.kind in ("anaphor", "phase") for n in told.names):
        return True
    bare = [n for n in told.names if n.kind == "bare" and n.end - n.start <= 4]
    last = page.sentences[draft.sentences[-1]] if draft.sentences else None
    near = last is not None and (last.line >= sentence.line - 1 or any(n.start - sentence.start <= 4 for n in bare))
    if bare and near and not (strict and firms):
        return True
    since = told.index - draft.sentences[-1] if draft.sentences else 99
    if phrases.SAME_LINE_TOPIC.match(work[sentence.start : sentence.start + 8].strip()):
        return since <= 2
    if strict and firms:
        return False
    return since <= 1 and line_project is draft and not sentence.title


_TELLING = Tag.HEAD | Tag.FACILITY | Tag.STAGE


def speaks(page: Page, sentence: Sentence) -> bool:
    """Whether a sentence can say anything of a project or a group: most of a long page cannot."""
    start, end = sentence.start, sentence.end
    if sentence.numbers:
        return True
    return any(word.entry.tags & _TELLING for word in page.words_in(start, end)) or bool(
        DENIAL.search(page.work, start, end)
    )
