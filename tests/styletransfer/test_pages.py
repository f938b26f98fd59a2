"""Pages of restyling: choosing, asking, looking, sharing; who may open what; how many queries they cost."""

from __future__ import annotations

import base64
import io
import re

import pytest
from django.urls import reverse
from PIL import Image

from analysis.jobs.models import Job
from analysis.similarity.models import Selection
from analysis.styletransfer import services
from analysis.styletransfer.models import ContentPicture, StyledImage, StyleUse
from artmarket.catalogue.models import ArtworkImage
from tests.factories import ArtworkFactory
from tests.styletransfer.conftest import image_of, living, pictured, upload

pytestmark = pytest.mark.django_db
NEW = "/restyle/new/"
SETTINGS = {"method": "feed_forward", "strength": "80", "longest_px": "512", "quality": "usual"}


def page_of(client, path, code=200, **query) -> str:
    answer = client.get(path, query)
    assert answer.status_code == code
    return answer.content.decode()


def asked(client, query, **fields):
    return client.post(f"{NEW}ask/?{query}", SETTINGS | fields)


def test_from_a_work_s_page_to_its_restyled_picture(world, as_user, content, style):
    client = as_user(world.member)
    work = page_of(client, content.get_absolute_url())
    assert f'href="{NEW}?work={content.pk}"' in work
    assert f'href="{NEW}?style={content.pk}"' in work
    chosen = page_of(client, NEW, work=content.pk)
    assert "Harbour before rain" in chosen
    assert "Restyle it" not in chosen, "there is no style yet"
    hits = page_of(client, NEW, work=content.pk, find_style="sail")
    assert f'href="{NEW}?work={content.pk}&amp;style={style.pk}"' in hits
    assert "Restyle it" in page_of(client, NEW, work=content.pk, style=style.pk)
    weight = {f"weight-{image_of(style).pk}": "100"}
    answer = asked(client, f"work={content.pk}&style={style.pk}", **weight)
    styled = StyledImage.objects.get()
    assert answer["Location"] == styled.get_absolute_url()
    assert (styled.strength, styled.keep_colours, styled.organisation) == (80, False, None)
    waiting = page_of(client, styled.get_absolute_url())
    assert "After Ilse Marwand, The red sail" in waiting
    assert "Waiting for a worker" in waiting
    assert reverse("styletransfer:panel", args=[styled.pk]) in waiting


def test_an_upload_keeps_the_styles_that_were_chosen(world, as_user, style):
    client = as_user(world.member)
    answer = client.post(f"{NEW}upload/?style={style.pk}", {"picture": upload()})
    sent = ContentPicture.objects.get()
    assert answer["Location"] == f"{NEW}?content={sent.pk}&style={style.pk}"
    page = page_of(client, answer["Location"])
    assert reverse("styletransfer:content", args=[sent.pk]) in page
    assert "Restyle it" in page


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (None, "Choose a picture first."),
        (upload(Image.new("RGB", (20, 300))), "each edge needs 64"),
        (upload(name="mine.gif"), "is named"),
    ],
    ids=["none", "tiny", "misnamed"],
)
def test_an_upload_that_is_refused_says_why_and_keeps_the_styles(world, as_user, style, picture, words):
    answer = as_user(world.member).post(f"{NEW}upload/?style={style.pk}", {"picture": picture} if picture else {})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "The red sail" in page
    assert not ContentPicture.objects.exists()


def test_an_artist_or_a_selection_fills_the_styles(world, as_user, content, style):
    client = as_user(world.member)
    hits = page_of(client, NEW, work=content.pk, find_style="marwand")
    assert f"artist={style.artist_id}" in hits
    chosen = page_of(client, NEW, work=content.pk, artist=style.artist_id)
    assert "Some pictures by Ilse Marwand" in chosen
    selection = Selection.objects.create(made_by=world.member, name="Sails")
    selection.artworks.set([style])
    offered = page_of(client, NEW, work=content.pk)
    assert f"selection={selection.pk}" in offered
    asked(client, f"work={content.pk}&selection={selection.pk}", **{f"weight-{image_of(style).pk}": "40"})
    styled = StyledImage.objects.get()
    assert styled.style_selection == selection
    assert styled.styles.get().weight == 40
    others = page_of(as_user(world.outsider), NEW, work=content.pk, selection=selection.pk)
    assert "Sails" not in others


def test_several_styles_have_weights_and_can_be_removed(world, as_user, content, style):
    other = pictured(5, title="Evening")
    page = page_of(as_user(world.member), f"{NEW}?work={content.pk}&style={style.pk}&style={other.pk}")
    for work, rest in ((style, other), (other, style)):
        assert f'name="weight-{image_of(work).pk}"' in page
        assert f'href="{NEW}?work={content.pk}&amp;style={rest.pk}"' in page


def test_another_style_leaves_the_settings_as_they_were(world, as_user, content, style):
    weight = f"weight-{image_of(style).pk}=35"
    query = (
        f"work={content.pk}&style={style.pk}&style={pictured(5).pk}&strength=45&keep_colours=on&organisation=&{weight}"
    )
    page = page_of(as_user(world.member), f"{NEW}?{query}")
    assert 'name="strength" value="45"' in page
    assert f'name="weight-{image_of(style).pk}" value="35"' in page
    assert "checked" in page.split('name="keep_colours"')[1].split(">")[0]
    assert '<option value="" selected>myself alone' in page
    assert NEW in page_of(as_user(world.member), f"{NEW}?{query}&strength=none&longest_px=x&organisation=-1&method=?")


def test_sliders_leave_what_was_asked_by_program_as_it_was(world, as_user, restyled, content, style):
    styled = restyled(world.member, strength=33)
    StyleUse.objects.update(weight=37)
    other = pictured(5, title="Evening")
    page = page_of(as_user(world.member), f"{NEW}?again={styled.pk}&style={style.pk}&style={other.pk}")
    sliders = [
        dict(re.findall(r'(\w+)="([^"]*)"', each)) for each in re.findall(r'<input type="range"[^>]*name=[^>]*', page)
    ]
    assert sorted(int(each["value"]) for each in sliders) == [33, 37, 100]
    for each in sliders:
        beyond_the_least = int(each["value"]) - int(each["min"])
        assert beyond_the_least % int(each["step"]) == 0, "a browser moves it to the next step"


def test_a_mask_is_taken_from_the_canvas_or_from_numbers(world, as_user, content, style):
    client, query = as_user(world.member), f"work={content.pk}&style={style.pk}"
    weight = {f"weight-{image_of(style).pk}": "100"}
    out = io.BytesIO()
    Image.new("L", (64, 48), 255).save(out, "PNG")
    painted = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    asked(client, query, mask=painted, **weight)
    asked(client, query, part_left="0", part_top="0", part_width="50", part_height="50", **weight)
    assert [bool(each.mask) for each in StyledImage.objects.order_by("created_at")] == [True, True]
    assert asked(client, query, part_left="0", **weight).status_code == 422
    assert asked(client, query, mask="data:nonsense", **weight).status_code == 422
    assert StyledImage.objects.count() == 2


def test_a_refused_choice_leads_on(world, as_user, content, style):
    client, query = as_user(world.member), f"work={content.pk}&style={style.pk}"
    refused = asked(client, query, strength="500", part_left="20").content.decode()
    no_picture = client.post(f"{NEW}upload/?style={style.pk}").content.decode()
    for page in (refused, no_picture):
        assert 'href="?' not in page, "it would lead back to where only a form may be sent"
        for form in page.split("<form ")[1:]:
            assert "action=" in form.split(">")[0]
    assert "open" in refused.split("Only a part of the picture")[0].rpartition("<details")[2], (
        "what was filled in is seen"
    )
    for step in ("ask", "upload"):
        again = client.get(f"{NEW}{step}/?{query}")
        assert (again.status_code, again["Location"]) == (302, f"{NEW}?{query}")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"strength": "500"}, "less than or equal to 100"),
        ({"method": "optimised", "longest_px": "2048"}, "takes at most 768"),
        ({"method": "magic"}, "Select a valid choice"),
    ],
    ids=["too strong", "too large", "no such method"],
)
def test_bad_settings_are_refused_beside_their_fields(world, as_user, content, style, fields, words):
    weight = {f"weight-{image_of(style).pk}": "100"}
    answer = asked(as_user(world.member), f"work={content.pk}&style={style.pk}", **weight, **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not StyledImage.objects.exists()
    assert not Job.objects.exists()


def test_a_living_artist_s_work_is_refused_in_words(world, as_user, content):
    work = pictured(3, artist=living(name="Ana Viva"), rights="unknown", date_latest=None)
    weight = {f"weight-{image_of(work).pk}": "100"}
    answer = asked(as_user(world.member), f"work={content.pk}&style={work.pk}", **weight)
    assert answer.status_code == 422
    assert "by an artist who lives" in answer.content.decode()
    assert not StyledImage.objects.exists()


def test_a_finished_picture_is_compared_kept_shared_and_exported(world, as_user, restyled):
    client, styled = as_user(world.member), restyled(world.member)
    page = page_of(client, styled.get_absolute_url())
    for words in ("data-compare", "128 × 96", "Content loss", "0.400", "Export as PNG", "Share by a link"):
        assert words in page
    client.post(reverse("styletransfer:change", args=[styled.pk, "keep"]), {"note": "Mind the sky"})
    client.post(reverse("styletransfer:change", args=[styled.pk, "share"]))
    styled.refresh_from_db()
    assert (styled.is_kept, styled.note) == (True, "Mind the sky")
    link = reverse("styletransfer:shared", args=[styled.share_token])
    assert link in page_of(client, styled.get_absolute_url())
    shown = page_of(as_user(world.outsider), link)
    assert "The red sail" in shown
    assert "Mind the sky" not in shown
    picture = reverse("styletransfer:shared-picture", args=[styled.share_token, "large"])
    assert as_user(world.outsider).get(picture)["Content-Type"] == "image/webp"
    assert as_user(None).get(link).status_code == 302
    png = client.get(reverse("styletransfer:export", args=[styled.pk]))
    assert png["Content-Disposition"].startswith("attachment")
    with Image.open(io.BytesIO(b"".join(png.streaming_content))) as opened:
        assert (opened.format, opened.size) == ("PNG", (128, 96))
    client.post(reverse("styletransfer:change", args=[styled.pk, "unshare"]))
    assert "The link was taken back" in page_of(as_user(world.outsider), link, 404)
    assert as_user(world.outsider).get(picture).status_code == 404


def make_private(style, world) -> None:
    style.visibility, style.organisation = "private", world.organisation
    style.save()


def forget_rights(style, world) -> None:
    ArtworkImage.objects.filter(artwork=style).update(rights="unknown")
    style.artist.death_text = "1960"
    style.artist.save()


@pytest.mark.parametrize("change", [make_private, forget_rights])
def test_a_link_ends_where_what_allowed_it_ends(world, as_user, restyled, style, change):
    styled = services.share(styled=restyled(world.member))
    link = reverse("styletransfer:shared", args=[styled.share_token])
    picture = reverse("styletransfer:shared-picture", args=[styled.share_token, "large"])
    assert "The red sail" in page_of(as_user(world.outsider), link)
    change(style, world)
    for reader in (world.outsider, world.member):
        page = page_of(as_user(reader), link, 404)
        assert "The link was taken back" in page
        assert "The red sail" not in page
        assert as_user(reader).get(picture).status_code == 404
    own = page_of(as_user(world.member), styled.get_absolute_url())
    assert "Its link shows nothing" in own
    assert link not in own


def test_what_may_not_leave_is_held_back_with_the_reason(world, as_user, restyled, style):
    forget_rights(style, world)
    client, styled = as_user(world.member), restyled(world.member)
    page = page_of(client, styled.get_absolute_url())
    assert "are not on record" in page
    assert "Export as PNG" not in page
    assert client.get(reverse("styletransfer:export", args=[styled.pk])).status_code == 302
    client.post(reverse("styletransfer:change", args=[styled.pk, "share"]))
    styled.refresh_from_db()
    assert styled.share_token is None


def test_the_same_settings_with_another_style(world, as_user, restyled, content):
    styled, other = restyled(world.member, strength=45, keep_colours=True), pictured(6, title="Evening")
    client = as_user(world.member)
    page = page_of(client, NEW, again=styled.pk)
    assert "Harbour before rain" in page
    assert "Restyle it" not in page, "the style is still to be chosen"
    page = page_of(client, NEW, again=styled.pk, style=other.pk)
    assert 'name="strength" value="45"' in page
    assert 'id="id_keep_colours" checked' in page or "checked" in page.split("id_keep_colours")[1][:40]


def test_the_panel_loads_the_page_anew_once_the_picture_is_there(world, as_user, restyled):
    waiting, done = restyled(world.member, strength=10, is_done=False), restyled(world.member, strength=20)
    client = as_user(world.member)
    StyledImage.objects.filter(pk=waiting.pk).update(preview=b"webp", preview_step=25)
    answer = client.get(reverse("styletransfer:panel", args=[waiting.pk]))
    assert "HX-Refresh" not in answer
    assert "preview.webp?step=25" in answer.content.decode()
    assert client.get(reverse("styletransfer:preview", args=[waiting.pk])).content == b"webp"
    assert client.get(reverse("styletransfer:panel", args=[done.pk]))["HX-Refresh"] == "true"


def test_what_failed_says_why_and_can_be_tried_again(world, as_user, restyled):
    styled, client = restyled(world.member, is_done=False), as_user(world.member)
    Job.objects.filter(pk=styled.job_id).update(
        state="failed", error="There was not enough memory for this work.", finished_at="2026-01-01T00:00:00Z"
    )
    page = page_of(client, styled.get_absolute_url())
    assert "There was not enough memory" in page
    assert f'href="{NEW}?again={styled.pk}"' in page
    client.post(reverse("styletransfer:change", args=[styled.pk, "again"]))
    assert "Waiting for a worker" in page_of(client, styled.get_absolute_url())
    client.post(reverse("styletransfer:change", args=[styled.pk, "cancel"]))
    assert "It was stopped" in page_of(client, styled.get_absolute_url())


SEEN = ("detail", "panel", "picture", "before", "export")


@pytest.mark.parametrize("is_kept", [False, True], ids=["the maker's own", "kept"])
def test_who_may_open_a_picture(world, as_user, restyled, is_kept):
    styled = restyled(world.member, organisation=world.organisation, is_kept=is_kept)
    others = 200 if is_kept else 404
    wanted = {"outsider": 404, "member": 200, "editor": others, "owner": others, "staff": 200}
    for name in SEEN:
        url = reverse(f"styletransfer:{name}", args=[styled.pk, *(["card"] if name == "picture" else [])])
        assert {who: as_user(getattr(world, who)).get(url).status_code for who in wanted} == wanted, name
        assert as_user(None).get(url).status_code == 302


@pytest.mark.parametrize("action", ["keep", "release", "share", "unshare", "again", "discard"])
def test_who_may_change_a_picture(world, as_user, restyled, action):
    styled = restyled(world.editor, organisation=world.organisation, is_kept=True)
    services.share(styled=styled)
    before = StyledImage.objects.values().get()
    url = reverse("styletransfer:change", args=[styled.pk, action])
    codes = {who: as_user(getattr(world, who)).post(url).status_code for who in ("outsider", "member")}
    assert codes == {"outsider": 404, "member": 403}, "a dealer sees it, and changes no colleague's picture"
    assert as_user(None).post(url)["Location"].startswith("/accounts/login/")
    assert StyledImage.objects.values().get() == before
    assert as_user(world.owner).post(url).status_code == 302


def test_a_sent_picture_is_its_sender_s_alone(world, as_user, style):
    as_user(world.member).post(f"{NEW}upload/", {"picture": upload()})
    url = reverse("styletransfer:content", args=[ContentPicture.objects.get().pk])
    codes = {who: as_user(getattr(world, who)).get(url).status_code for who in ("outsider", "member", "owner", "staff")}
    assert codes == {"outsider": 404, "member": 200, "owner": 404, "staff": 404}
    query = f"content={ContentPicture.objects.get().pk}&style={style.pk}"
    assert asked(as_user(world.owner), query).status_code == 422
    assert not StyledImage.objects.exists()


def test_the_gallery_shows_one_s_own_and_what_is_kept(world, as_user, restyled):
    restyled(world.member, organisation=world.organisation, strength=10)
    restyled(world.editor, organisation=world.organisation, strength=20, is_kept=True)
    home = reverse("styletransfer:home")
    assert page_of(as_user(world.member), home).count("<article") == 2
    assert page_of(as_user(world.member), home, whose="mine").count("<article") == 1
    assert page_of(as_user(world.member), home, whose="colleagues", kept="true").count("<article") == 1
    assert page_of(as_user(world.editor), home).count("<article") == 1
    assert "Nothing has been restyled yet" in page_of(as_user(world.outsider), home)


def test_the_gallery_costs_as_many_queries_for_many_as_for_one(world, as_user, restyled, django_assert_max_num_queries):
    client, home = as_user(world.member), reverse("styletransfer:home")
    restyled(world.member, strength=5)
    client.get(home)
    with django_assert_max_num_queries(10) as few:
        client.get(home)
    for strength in (10, 15, 20):
        restyled(world.member, strength=strength)
    with django_assert_max_num_queries(len(few)):
        assert client.get(home).content.decode().count("<article") == 4


def test_platform_staff_alone_have_the_network_trained(world, as_user):
    url, home = reverse("styletransfer:train"), reverse("styletransfer:home")
    for who in ("outsider", "member", "owner"):
        assert as_user(getattr(world, who)).post(url).status_code == 403
        assert "Train it on the catalogue" not in page_of(as_user(getattr(world, who)), home)
    assert not Job.objects.exists()
    staff = as_user(world.staff)
    assert "Train it on the catalogue" in page_of(staff, home)
    for _time in range(2):
        assert staff.post(url).status_code == 302
    assert (Job.objects.get().kind, Job.objects.get().queue) == ("styletransfer.train", "gpu")
    assert "The network is being trained" in page_of(staff, home)


def test_a_work_without_a_picture_offers_no_restyling(world, as_user):
    assert "Restyle this" not in page_of(as_user(world.member), ArtworkFactory().get_absolute_url())
