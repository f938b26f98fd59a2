"""Pages of jobs: who sees and does what, what is shown, and what it costs."""

from __future__ import annotations

import pytest

from analysis.jobs import dispatch
from analysis.jobs.models import Job, JobLogLine


@pytest.fixture(autouse=True)
def silent(monkeypatch):
    monkeypatch.setattr(dispatch, "send", lambda job_id: True)


@pytest.fixture
def job(make_job, world):
    """A dealer's running job for the organisation."""
    return make_job(
        "running", asked_by=world.member, organisation=world.organisation, done=3, total=10, phase="embedding",
        metrics={"loss": 0.5}, series={"loss": [[1, 0.9], [2, 0.5]]}, seconds_left=90,
    )  # fmt: skip


def test_it_works(job, world, as_user):
    page = as_user(world.member).get(job.get_absolute_url()).content.decode()
    for words in ["Counting", "running", "embedding", "loss", "1 min 30 s left", 'data-chart="line"', "upto"]:
        assert words in page


WHO = ["nobody", "outsider", "member", "editor", "owner", "staff"]
SEES = {"member", "editor", "owner", "staff"}


def client_for(who: str, world, as_user):
    return as_user(None if who == "nobody" else getattr(world, who))


@pytest.mark.parametrize("who", WHO)
def test_who_sees_a_job(job, world, as_user, who):
    client = client_for(who, world, as_user)
    for part in ["", "panel/", "charts/", "log/0/"]:
        expected = 302 if who == "nobody" else 200 if who in SEES else 404
        assert client.get(job.get_absolute_url() + part).status_code == expected
    listed = str(job.pk) in client.get("/jobs/").content.decode()
    assert listed == (who in SEES)


@pytest.mark.parametrize("who", WHO)
def test_who_cancels_a_job(job, world, as_user, who):
    answer = client_for(who, world, as_user).post(f"{job.get_absolute_url()}cancel/")
    job.refresh_from_db()
    assert answer.status_code == (302 if who == "nobody" or who in SEES else 404)
    assert job.cancel_requested == (who in SEES)


def test_a_colleague_without_an_editing_role_may_only_look(make_job, world, as_user):
    job = make_job("running", asked_by=world.editor, organisation=world.organisation)
    client = as_user(world.member)
    assert "cancel/" not in client.get(job.get_absolute_url()).content.decode()
    for action in ["cancel", "retry", "resume"]:
        assert client.post(f"{job.get_absolute_url()}{action}/").status_code == 403
    job.refresh_from_db()
    assert not job.cancel_requested


@pytest.mark.parametrize("action", ["retry", "resume"])
def test_an_ended_job_is_run_again(make_job, world, as_user, action):
    job = make_job("lost", asked_by=world.member, checkpoint={"done": 1})
    as_user(world.member).post(f"{job.get_absolute_url()}{action}/")
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("queued", 2)
    assert bool(job.checkpoint) == (action == "resume")


def test_what_is_not_possible_is_said(make_job, world, as_user):
    job = make_job("succeeded", asked_by=world.member)
    answer = as_user(world.member).post(f"{job.get_absolute_url()}retry/", follow=True)
    assert answer.status_code == 200
    job.refresh_from_db()
    assert job.state == "succeeded"


def test_actions_are_posts(job, world, as_user):
    assert as_user(world.member).get(f"{job.get_absolute_url()}cancel/").status_code == 405


@pytest.mark.parametrize(
    ("state", "polls"), [("queued", True), ("running", True), ("succeeded", False), ("lost", False)]
)
def test_the_live_part_asks_again_only_while_the_job_lives(make_job, world, as_user, state, polls):
    job = make_job(state, asked_by=world.member)
    for part in ["panel/", "charts/", "log/0/"]:
        assert ("hx-trigger" in as_user(world.member).get(job.get_absolute_url() + part).content.decode()) == polls


def test_result_links_lead_to_this_site_only(make_job, world, as_user):
    links = [{"url": "/artworks/1/", "label": "work"}, {"url": "//evil.example"}, {"url": "javascript:alert(1)"}]
    job = make_job("succeeded", asked_by=world.member, result={"embedded": 12, "links": links})
    page = as_user(world.member).get(job.get_absolute_url()).content.decode()
    assert '<a href="/artworks/1/">work</a>' in page
    assert "evil" not in page
    assert "javascript" not in page.split('id="result"')[1].split("</section>")[0]


def test_log_lines_are_shown_escaped(make_job, world, as_user):
    job = make_job("failed", asked_by=world.member, error="<b>broken</b>")
    JobLogLine.objects.create(job=job, message="<script>x</script>")
    page = as_user(world.member).get(job.get_absolute_url()).content.decode()
    assert "&lt;script&gt;x" in page
    assert "&lt;b&gt;broken" in page


NARROWED = {
    "": "abc",
    "state=failed": "b",
    "kind=tests.sleep": "c",
    "whose=mine": "a",
    "whose=organisation": "bc",
}


@pytest.mark.parametrize("query", NARROWED)
def test_the_list_is_narrowed(make_job, world, as_user, query):
    make_job("queued", title="job-a", asked_by=world.member)
    make_job("failed", title="job-b", organisation=world.organisation)
    make_job("queued", title="job-c", organisation=world.organisation, kind="tests.sleep")
    make_job("queued", title="job-d", organisation=world.other_organisation)
    page = as_user(world.member).get(f"/jobs/?{query}").content.decode()
    assert {letter for letter in "abcd" if f">job-{letter}</a>" in page} == set(NARROWED[query])


def test_pages_of_the_list_follow_one_another(make_job, world, as_user):
    for n in range(60):
        make_job("queued", title=f"<{n}>", asked_by=world.member)
    client = as_user(world.member)
    first = client.get("/jobs/?state=queued")
    assert len(first.context["jobs"]) == 50
    second = client.get(f"/jobs/?{first.context['next_query']}")
    keys = {job.pk for job in first.context["jobs"]} | {job.pk for job in second.context["jobs"]}
    assert keys == set(Job.objects.values_list("pk", flat=True))
    assert client.get("/jobs/?cursor=nonsense").status_code == 404


def test_an_empty_list_says_so(world, as_user):
    assert "Nothing has been asked for yet" in as_user(world.member).get("/jobs/").content.decode()


def test_pages_ask_no_more_for_more_jobs(make_job, world, as_user, django_assert_max_num_queries):
    client = as_user(world.member)
    for _ in range(40):
        job = make_job("running", asked_by=world.editor, organisation=world.organisation)
        JobLogLine.objects.bulk_create(JobLogLine(job=job, message="x") for _ in range(5))
    with django_assert_max_num_queries(6):
        assert client.get("/jobs/").status_code == 200
    for part in ["", "panel/"]:
        with django_assert_max_num_queries(7):
            assert client.get(job.get_absolute_url() + part).status_code == 200


def test_the_log_goes_on_where_it_was(job, world, as_user):
    first, second = (JobLogLine.objects.create(job=job, message=f"line {n}") for n in (1, 2))
    client = as_user(world.member)
    later = client.get(f"{job.get_absolute_url()}log/{first.pk}/").content.decode()
    assert "line 2" in later
    assert "line 1" not in later
    assert f"log/{second.pk}/" in later
    assert f"log/{second.pk}/" in client.get(f"{job.get_absolute_url()}log/{second.pk}/").content.decode()


def test_a_kind_is_called_by_its_title(make_job, world, as_user):
    client = as_user(world.member)
    page = client.get(make_job(asked_by=world.member, title="My count").get_absolute_url()).content.decode()
    assert '<dd>Counting <code class="muted">tests.count</code></dd>' in page
    gone = client.get(make_job(asked_by=world.member, kind="gone.kind").get_absolute_url()).content.decode()
    assert "<dd>gone.kind</dd>" in gone
    listed = client.get("/jobs/").content.decode()
    assert '<option value="similarity.embed">Embed new pictures</option>' in listed


def test_the_admin_s_filter_names_kinds_by_their_titles(make_job, world, as_user):
    made, other = make_job(), make_job(kind="similarity.embed")
    page = as_user(world.staff).get("/admin/jobs/job/", {"kind": "tests.count"})
    assert "?kind=similarity.embed" in page.content.decode()
    assert ">Embed new pictures</a>" in page.content.decode()
    assert [job.pk for job in page.context["cl"].result_list] == [made.pk]
    assert other.pk != made.pk
