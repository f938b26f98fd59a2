"""Two records of one artist made one, and taken apart again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from artmarket.accounts.models import User
from artmarket.catalogue.models import Artist, ArtistMerge, Artwork, ExternalId
from artmarket.catalogue.permissions import check_may_edit

# Each gives a person one number. A source's own numbers may be several for one.
AUTHORITIES = (ExternalId.Scheme.ULAN, ExternalId.Scheme.WIKIDATA)


@transaction.atomic
def merge_artists(*, actor: User | None, kept: Artist, merged: Artist) -> ArtistMerge:
    """Move the works, names and external ids of ``merged`` to ``kept``; the merged record stays, pointing to the kept one.

    Raises ``PermissionDenied``, or ``ValidationError`` where they are one record, either was merged before, or an
    authority tells them apart.
    """
    rows = {
        row.pk: row for row in Artist.objects.select_for_update().filter(pk__in=[kept.pk, merged.pk]).order_by("pk")
    }
    kept, merged = rows[kept.pk], rows[merged.pk]
    for artist in (kept, merged):
        check_may_edit(actor, artist)
        if artist.merged_into_id is not None:
            message = _("“%(name)s” was merged into another artist before.") % {"name": artist.name}
            raise ValidationError(message, code="already_merged")
    if kept.pk == merged.pk:
        raise ValidationError(_("An artist cannot be merged into itself."), code="same_artist")
    check_one_person(kept, merged)
    known = {kept.name, *kept.other_names}
    names = [name for name in dict.fromkeys([merged.name, *merged.other_names]) if name not in known]
    works = list(Artwork.objects.filter(artist=merged).values_list("pk", flat=True))
    Artwork.objects.filter(pk__in=works).update(artist=kept, updated_at=timezone.now())
    kept.other_names = [*kept.other_names, *names]
    kept.save(update_fields=["other_names", "updated_at"])
    ids = move_external_ids(kept, merged)
    merged.merged_into = kept
    merged.save(update_fields=["merged_into", "updated_at"])
    return ArtistMerge.objects.create(
        kept=kept, merged=merged, artwork_ids=works, names_added=names, external_id_ids=ids, merged_by=actor
    )


def check_one_person(kept: Artist, merged: Artist) -> None:
    """Raise ``ValidationError`` where an authority knows both, by different numbers."""
    for scheme in AUTHORITIES:
        ours, theirs = numbers_of(kept, scheme), numbers_of(merged, scheme)
        if ours and theirs and not ours & theirs:
            words = {
                "authority": scheme.label,
                "kept": kept.name,
                "kept_number": ", ".join(sorted(ours)),
                "merged": merged.name,
                "merged_number": ", ".join(sorted(theirs)),
            }
            message = _(
                "%(authority)s tells them apart: “%(kept)s” is %(kept_number)s, “%(merged)s” is %(merged_number)s. "
                "Correct the wrong number first."
            )
            raise ValidationError(message % words, code="authority_disagrees")


def numbers_of(artist: Artist, scheme: str) -> set[str]:
    return set(artist.external_ids.filter(scheme=scheme).values_list("value", flat=True))


def move_external_ids(kept: Artist, merged: Artist) -> list[int]:
    """Give ``kept`` the ids that it lacks; those that both have stay where they are. Returns the keys of the moved."""
    known = set(kept.external_ids.values_list("scheme", "namespace", "value"))
    moved = [one.pk for one in merged.external_ids.all() if (one.scheme, one.namespace, one.value) not in known]
    ExternalId.objects.filter(pk__in=moved).update(artist=kept, updated_at=timezone.now())
    return moved


@transaction.atomic
def undo_merge(*, actor: User | None, merge: ArtistMerge) -> ArtistMerge:
    """Give the works, names and external ids back; what went elsewhere since stays there.

    Raises ``PermissionDenied``, or ``ValidationError`` where it was undone before.
    """
    merge = ArtistMerge.objects.select_for_update(of=("self",)).select_related("kept", "merged").get(pk=merge.pk)
    check_may_edit(actor, merge.kept)
    check_may_edit(actor, merge.merged)
    if merge.undone_at is not None:
        raise ValidationError(_("This merge was undone before."), code="already_undone")
    works = Artwork.objects.filter(pk__in=merge.artwork_ids, artist=merge.kept)
    works.update(artist=merge.merged, updated_at=timezone.now())
    ids = ExternalId.objects.filter(pk__in=merge.external_id_ids, artist=merge.kept)
    ids.update(artist=merge.merged, updated_at=timezone.now())
    merge.kept.other_names = [name for name in merge.kept.other_names if name not in merge.names_added]
    merge.kept.save(update_fields=["other_names", "updated_at"])
    merge.merged.merged_into = None
    merge.merged.save(update_fields=["merged_into", "updated_at"])
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at", "updated_at"])
    return merge
