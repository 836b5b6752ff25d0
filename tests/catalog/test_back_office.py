"""The shop's side: jobs, imports of files, the audit, the model room, the dashboard."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from catalog.models import Product
from jobs import queue
from jobs.models import Job
from matching import runtime
from matching.engine import versions
from matching.label_audit import audit, decisions
from matching.models import LabelFinding, Search
from matching.search.find import Asker
from shoppers.models import Favourite, FavouriteList
from tests.conftest import MakeProduct, encoded, picture
from tests.web.conftest import FakeSearch, fake_search
from tests.web.test_pages import text_of

__all__ = ["fake_search"]
pytestmark = pytest.mark.django_db
PAGES = (
    "/admin/dashboard/",
    "/admin/models/",
    "/admin/catalog/product/",
    "/admin/catalog/product/upload/",
    "/admin/jobs/job/",
    "/admin/matching/labelfinding/",
    "/admin/matching/search/",
)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page would hand to a thread is done before it answers."""

    def start(kind: str, **params: Any) -> Job:
        row = Job.objects.create(kind=kind, params=params)
        try:
            queue.execute(row)
        except queue.JobError:
            row.refresh_from_db()
        return row

    monkeypatch.setattr(queue, "start", start)


def zipped(**files: bytes) -> SimpleUploadedFile:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return SimpleUploadedFile("products.zip", packed.getvalue(), "application/zip")


# --- who may come in ---


@pytest.mark.parametrize("page", PAGES)
def test_nobody_but_staff_with_permission_gets_in(
    client: Client, admin_client: Client, page: str
) -> None:
    assert admin_client.get(page).status_code == 200
    assert client.get(page).status_code == 302
    client.force_login(User.objects.create_user("shopper"))
    assert client.get(page).status_code == 302
    clerk = User.objects.create_user("clerk", is_staff=True)
    client.force_login(clerk)
    assert client.get(page).status_code == 403


def test_the_index_leads_to_the_shops_own_pages(admin_client: Client) -> None:
    text = text_of(admin_client.get("/admin/"))
    assert "Dashboard" in text
    assert "Model room" in text


# --- jobs ---


def count(report: queue.Report, *, to: int) -> dict[str, Any]:
    for number in range(to):
        report.progress(number, to, "counting")
        report.log(f"at {number}")
    if to > 100:
        raise queue.JobError("I cannot count so far.")
    return {"counted": to}


def stopped(report: queue.Report) -> dict[str, Any]:
    report.progress(1, 3)
    Job.objects.update(cancel_requested=True)
    report.progress(2, 3)
    raise AssertionError("It went on.")


@pytest.fixture(autouse=True)
def kinds(settings: Settings) -> None:
    settings.JOBS = settings.JOBS | {
        "count": (f"{__name__}.count", "Counting"),
        "stopped": (f"{__name__}.stopped", ""),
    }


def test_a_job_shows_what_it_says_and_how_it_ended(admin_client: Client) -> None:
    done, failed = queue.start("count", to=3), queue.start("count", to=101)
    page = admin_client.get(reverse("admin:jobs_job_change", args=[done.pk]))
    text = text_of(page)
    assert "Counting" in text
    assert "at 2" in text
    assert "Done" in text
    text = text_of(admin_client.get(reverse("admin:jobs_job_change", args=[failed.pk])))
    assert "I cannot count so far." in text
    live = admin_client.get(reverse("admin:jobs_job_live", args=[done.pk]))
    assert live.status_code == 286  # htmx stops asking


def test_the_old_address_of_jobs_leads_to_the_new_one(admin_client: Client) -> None:
    row = queue.start("count", to=3)
    old = admin_client.get(f"/admin/catalog/job/{row.pk}/change/?next=1", follow=True)
    assert old.redirect_chain == [(f"/admin/jobs/job/{row.pk}/change/?next=1", 301)]
    assert "Counting" in text_of(old)
    assert admin_client.get("/admin/catalog/job/", follow=True).status_code == 200


def test_a_queued_job_that_is_cancelled_never_starts(admin_client: Client) -> None:
    row = Job.objects.create(kind="count", params={"to": 3})
    admin_client.post(reverse("admin:jobs_job_cancel", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == Job.State.CANCELLED
    with pytest.raises(queue.JobCancelledError):
        queue.execute(row)
    assert row.attempts == 0


def test_a_running_job_stops_at_its_next_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "SECONDS_BETWEEN_WRITES", -1)
    row = Job.objects.create(kind="stopped", params={})
    with pytest.raises(queue.JobCancelledError):
        queue.execute(row)
    row.refresh_from_db()
    assert row.state == Job.State.CANCELLED
    assert row.log == "Cancelled.\n"


def test_a_job_is_run_again_with_the_same_wishes(admin_client: Client) -> None:
    row = queue.start("count", to=4)
    response = admin_client.post(reverse("admin:jobs_job_retry", args=[row.pk]))
    again = Job.objects.exclude(pk=row.pk).get()
    assert response["Location"] == reverse("admin:jobs_job_change", args=[again.pk])
    assert (again.params, again.result) == ({"to": 4}, {"counted": 4})


def test_a_job_whose_server_has_ended_says_so(admin_client: Client) -> None:
    row = Job.objects.create(kind="count", params={"to": 1}, state=Job.State.RUNNING)
    row.result = {"runner": queue.runner_marker()["runner"] | {"began": "long ago"}}
    row.save()
    admin_client.get("/admin/jobs/job/")
    row.refresh_from_db()
    assert row.state == Job.State.FAILED
    assert "ended" in row.log


# --- a zip of products ---


def test_a_zip_is_imported_like_a_folder(admin_client: Client) -> None:
    styles = b"id,productDisplayName,articleType\n7,Red Tee,Tshirts\n8,No Photo,Tshirts\n"
    file = zipped(
        shop__styles_dot_csv=styles,
        shop__images__7_dot_jpg=encoded(picture()),
        shop__readme_dot_txt=b"hello",
    )
    link = reverse("admin:upload-archive")
    response = admin_client.post(link, {"archive": file})
    row = Job.objects.get()
    assert response["Location"] == reverse("admin:jobs_job_change", args=[row.pk])
    assert row.state == Job.State.DONE, row.log
    assert Product.objects.get(sku="7").photo
    assert Product.objects.get(sku="7").label("item_type") == "tshirts"
    assert not Product.objects.get(sku="8").photo


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("a.zip", b"nothing of the kind"), "This is no zip file"),
        (zipped(readme_dot_txt=b"x"), "It holds no styles.csv."),
    ],
)
def test_a_zip_that_will_not_do_is_refused_at_once(
    admin_client: Client, file: SimpleUploadedFile, said: str
) -> None:
    file.seek(0)
    link = reverse("admin:upload-archive")
    assert said in text_of(admin_client.post(link, {"archive": file}))
    assert not Job.objects.exists()


# --- import and export ---


def import_csv(admin_client: Client, text: str, *, confirm: bool = True) -> Any:
    file = SimpleUploadedFile("products.csv", text.encode(), "text/csv")
    page = admin_client.post("/admin/catalog/product/import/", {"import_file": file, "format": "0"})
    form = page.context.get("confirm_form")
    if form is None or not confirm:
        return page
    return admin_client.post("/admin/catalog/product/process_import/", form.initial, follow=True)


def test_a_csv_is_previewed_and_then_imported(
    admin_client: Client, make_product: MakeProduct
) -> None:
    make_product("1", name="Old", item_type="tshirts")
    text = "sku,name,price,is_active,baseColour\n1,New,12.50,0,Red\n2,Second,,1,\n"
    page = import_csv(admin_client, text, confirm=False)
    assert "New" in text_of(page)
    assert Product.objects.get().name == "Old"
    import_csv(admin_client, text)
    first = Product.objects.get(sku="1")
    assert (first.name, str(first.price), first.is_active) == ("New", "12.50", False)
    assert first.label("colour") == "red"
    assert Product.objects.get(sku="2").name == "Second"


def test_rows_with_errors_are_named_and_nothing_is_written(admin_client: Client) -> None:
    page = import_csv(admin_client, "sku,name,price\n1,Fine,3\n2,Bad,dear\n../3,Worse,1\n")
    text = text_of(page)
    assert "'dear' is no amount." in text
    assert "Letters, digits" in text
    assert not Product.objects.exists()


def test_an_export_comes_back_as_it_was(admin_client: Client, make_product: MakeProduct) -> None:
    make_product("1", name="=Tee", price="9.90", item_type="tshirts", colour="red")
    form = {"format": "0", "resource": ""}
    page = admin_client.get("/admin/catalog/product/export/")
    form |= {
        name: "on" for name in page.context["form"].fields if name.startswith("productresource")
    }
    exported = admin_client.post("/admin/catalog/product/export/", form).content.decode()
    assert exported.startswith("sku,name,")
    assert "9.90" in exported
    assert "tshirts" in exported
    assert ",=Tee" not in exported  # a spreadsheet would run it


# --- the audit of labels ---


@pytest.fixture
def finding(make_product: MakeProduct) -> LabelFinding:
    product = make_product("1", photo=encoded(picture()), colour="blue")
    make_product("2", colour="red")
    link = product.attributes.get()
    return LabelFinding.objects.create(
        product=product,
        attribute=link.attribute,
        label=link.value,
        proposal=link.attribute.values.get(value="red"),
        probability=0.9,
        label_probability=0.05,
        score=0.8,
    )


def decide(client: Client, finding: LabelFinding, verb: str, **options: Any) -> Any:
    return client.post(reverse("admin:label-audit-decide", args=[finding.pk, verb]), **options)


def test_a_proposal_is_accepted_on_one_click_and_taken_back_on_another(
    admin_client: Client, finding: LabelFinding
) -> None:
    assert "90.0%" in text_of(admin_client.get("/admin/matching/labelfinding/"))
    before = finding.product.updated_at
    decide(admin_client, finding, "accept", headers={"HX-Request": "true"})
    product = Product.objects.get(sku="1")
    assert product.label("colour") == "red"
    assert product.updated_at > before
    decide(admin_client, finding, "reopen")
    assert Product.objects.get(sku="1").label("colour") == "blue"
    decide(admin_client, finding, "keep")
    finding.refresh_from_db()
    assert finding.state == LabelFinding.State.KEPT


def test_many_are_decided_at_once(admin_client: Client, finding: LabelFinding) -> None:
    form = {"action": "accept_chosen", "_selected_action": [finding.pk]}
    page = admin_client.post("/admin/matching/labelfinding/", form, follow=True)
    assert "1 label was changed." in text_of(page)
    assert Product.objects.get(sku="1").label("colour") == "red"


def test_what_was_changed_meanwhile_is_left_alone(finding: LabelFinding) -> None:
    finding.product.attributes.all().delete()
    with pytest.raises(decisions.DecisionError, match="changed meanwhile"):
        decisions.accept(finding)


def test_a_decision_stays_as_long_as_it_is_about_the_same(finding: LabelFinding) -> None:
    again = {
        "product": finding.product,
        "attribute": finding.attribute,
        "label": finding.label,
        "probability": 0.9,
        "score": 0.7,
    }
    decisions.keep(finding)
    same = LabelFinding(proposal=finding.proposal, **again)
    assert audit.store_findings([same])["findings"] == 0
    other = LabelFinding(proposal=finding.attribute.values.get(value="green"), **again)
    assert audit.store_findings([other])["findings"] == 1


@pytest.mark.slow
def test_the_audit_proposes_what_is_missing(
    admin_client: Client, make_product: MakeProduct
) -> None:
    kinds = {"tshirt": "tshirts", "trousers": "trousers", "handbag": "handbags"}
    for number in range(150):
        kind = list(kinds)[number % 3]
        image = picture(("red", "blue", "green", "black", "gray")[number % 5], kind)
        image = image.rotate(number % 17 - 8, fillcolor=(255, 255, 255))
        label = {} if number == 12 else {"item_type": kinds[kind]}
        photo = encoded(image, quality=70 + number % 25)
        make_product(str(number), name=f"{kind} {number}", photo=photo, **label)
    page = admin_client.post(reverse("admin:label-audit-run"), follow=True)
    assert "Done" in text_of(page), Job.objects.get().log
    found = LabelFinding.objects.get(label=None)
    assert (found.product.sku, found.proposal.value) == ("12", "tshirts")
    assert "tshirts" in text_of(admin_client.get("/admin/matching/labelfinding/"))


# --- the model room ---


@pytest.mark.slow
def test_the_model_room_trains_builds_and_goes_back(
    admin_client: Client, shop: dict[str, Product]
) -> None:
    def press(kind: str, **more: str) -> Job:
        admin_client.post(reverse("admin:model-room-start"), {"kind": kind, **more})
        return Job.objects.filter(kind=kind).latest("pk")

    text = text_of(admin_client.get("/admin/models/"))
    assert "The index is up to date." in text
    Product.objects.filter(sku="tshirt-red").update(is_active=False)
    text = text_of(admin_client.get("/admin/models/"))
    assert "Products were added, removed, activated or deactivated since." in text
    assert press("build_index").state == Job.State.DONE
    assert versions.current_number(runtime.index_root()) == 2
    back = press("activate_generation", number="1")
    assert back.state == Job.State.DONE, back.log
    assert versions.current_number(runtime.index_root()) == 1
    gone = press("activate_generation", number="9")
    assert gone.state == Job.State.FAILED
    assert "There is no index 9 any more." in gone.log
    assert versions.current_number(runtime.index_root()) == 1


def test_the_model_room_starts_nothing_else(admin_client: Client) -> None:
    url = reverse("admin:model-room-start")
    for form in ({"kind": "import_archive"}, {"kind": "activate_generation", "number": "../1"}):
        assert admin_client.post(url, form).status_code == 404
    assert not Job.objects.exists()


def test_a_plot_is_shown_only_if_it_is_one(admin_client: Client) -> None:
    for name in ("colour", "nothing"):
        url = reverse("admin:model-room-plot", args=[1, name])
        assert admin_client.get(url).status_code == 404


# --- the dashboard ---


def test_the_dashboard_counts_what_shoppers_did(
    admin_client: Client, fake_search: FakeSearch, make_product: MakeProduct
) -> None:
    who = Asker(Search.Source.PAGE, session_key="x")
    product = make_product("1", name="Red Tee", photo=encoded(picture()))
    fake_search(who, [product])
    fake_search(who, [product], message="Nothing looks like it.")
    fake_search(who, is_fashion=False, message="None seen.")
    fake_search(who, [product], corrections={"colour": "green"})
    liked = FavouriteList.objects.create(name="mine", session_key="x")
    Favourite.objects.create(list=liked, product=product)
    text = text_of(admin_client.get("/admin/dashboard/"))
    assert "Searches 4" in text
    assert "25% (1)" in text
    assert "Red Tee 1 heart" in text
    assert "tshirts, red" in text
    assert "Colour 1" in text


def test_an_empty_dashboard_says_what_will_stand_there(admin_client: Client) -> None:
    text = text_of(admin_client.get("/admin/dashboard/"))
    assert "Nobody has searched yet." in text
    assert "No product has a heart yet." in text


# --- products ---


def test_products_are_switched_off_and_embedded_again_in_bulk(
    admin_client: Client, make_product: MakeProduct
) -> None:
    product = make_product("1")
    before = product.updated_at
    form = {"action": "deactivate", "_selected_action": [product.pk]}
    page = admin_client.post("/admin/catalog/product/", form, follow=True)
    assert "1 product is inactive now." in text_of(page)
    product.refresh_from_db()
    assert not product.is_active
    assert product.updated_at > before


def test_who_may_look_but_not_touch_starts_nothing(client: Client) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(clerk)
    assert client.get("/admin/models/").status_code == 200
    url = reverse("admin:model-room-start")
    assert client.post(url, {"kind": "build_index"}).status_code == 403
    row = Job.objects.create(kind="count", params={"to": 1})
    assert client.post(reverse("admin:jobs_job_cancel", args=[row.pk])).status_code == 403
    assert json.dumps(Job.objects.get().result) == "{}"
