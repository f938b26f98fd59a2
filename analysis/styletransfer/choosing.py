"""The page's state as its address keeps it: which content, which styles. Every choice is a link that can be shared."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from analysis.similarity.models import Selection
from analysis.styletransfer import sources
from analysis.styletransfer.models import ContentPicture, StyledImage
from analysis.styletransfer.wishes import Content
from artmarket.accounts.models import User
from artmarket.catalogue.models import Artist, ArtworkImage

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Choice:
    """``content`` is None until it is chosen; ``refused`` are styles that cannot be used, with the reason."""

    content: Content | None = None
    styles: list[ArtworkImage] = field(default_factory=list)
    artist: Artist | None = None
    selection: Selection | None = None
    again: StyledImage | None = None

    @property
    def pairs(self) -> Pairs:
        """The state as query parameters."""
        content, found = self.content, []
        if isinstance(content, ContentPicture):
            found.append(("content", str(content.pk)))
        elif content is not None:
            found.append(("work", str(content.artwork_id)))
        if self.artist is not None:
            found.append(("artist", str(self.artist.pk)))
        elif self.selection is not None:
            found.append(("selection", str(self.selection.pk)))
        else:
            found += [("style", str(image.artwork_id)) for image in self.styles]
        if self.again is not None:
            found.append(("again", str(self.again.pk)))
        return tuple(found)

    @property
    def query(self) -> str:
        return urlencode(self.pairs)

    @property
    def content_pairs(self) -> Pairs:
        return tuple(pair for pair in self.pairs if pair[0] in {"content", "work", "again"})

    @property
    def style_pairs(self) -> Pairs:
        return tuple(pair for pair in self.pairs if pair[0] not in {"content", "work"})

    @property
    def work_ids(self) -> set[int]:
        """Works that are chosen already."""
        found = {image.artwork_id for image in self.styles}
        return found | {self.content.artwork_id} if isinstance(self.content, ArtworkImage) else found

    @property
    def is_full(self) -> bool:
        return len(self.styles) >= sources.MOST_STYLES

    def with_style(self, work_id: int) -> str:
        """The address's query with one more style."""
        named = replace(self, artist=None, selection=None)
        return urlencode((*named.pairs, ("style", str(work_id))))

    def without_style(self, image: ArtworkImage) -> str:
        """The address's query without that style; the others are then named one by one."""
        rest = [each for each in self.styles if each.pk != image.pk]
        return replace(self, styles=rest, artist=None, selection=None).query

    def with_all(self, name: str, key: Any) -> str:
        """The address's query with an artist's or a selection's pictures as styles."""
        return urlencode((*self.content_pairs, (name, str(key))))

    def with_content(self, work_id: int) -> str:
        return urlencode((*self.style_pairs, ("work", str(work_id))))


def read(user: User, query: QueryDict) -> Choice:
    """The state of an address; what the person does not see, or is not there any more, is left out."""
    again = found_again(user, query.get("again", ""))
    artist = named(Artist.objects.visible_to(user), query.get("artist", ""))
    selection = uuid_named(Selection.objects.visible_to(user), query.get("selection", ""))
    works = [int(each) for each in query.getlist("style")[:20] if is_key(each)]
    if artist is not None:
        styles = sources.of_artist(user, artist)
    elif selection is not None:
        styles = sources.of_selection(user, selection)
    else:
        by_work = sources.primary_of(user, works)
        styles = [by_work[work] for work in dict.fromkeys(works) if work in by_work][: sources.MOST_STYLES]
    return Choice(read_content(user, query, again), styles, artist, selection if artist is None else None, again)


def read_content(user: User, query: QueryDict, again: StyledImage | None) -> Content | None:
    sent = uuid_named(ContentPicture.objects.visible_to(user), query.get("content", ""))
    if sent is not None:
        return sent
    if is_key(work := query.get("work", "")):
        return sources.primary_of(user, [int(work)]).get(int(work))
    if again is None:
        return None
    own = uuid_named(ContentPicture.objects.visible_to(user), str(again.content_picture_id or ""))
    return own or sources.images_seen(user).filter(pk=again.content_image_id).first()


def found_again(user: User, text: str) -> StyledImage | None:
    return uuid_named(StyledImage.objects.visible_to(user), text)


def named(rows: Any, text: str) -> Any:
    return rows.filter(pk=int(text)).first() if is_key(text) else None


def uuid_named(rows: Any, text: str) -> Any:
    try:
        return rows.filter(pk=UUID(text)).first() if text else None
    except ValueError:
        return None


def is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
