from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.http.response import HttpResponseBase
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerSplitView

from findmyvibe.accounts import admin as _of_accounts  # noqa: F401 (registers itself)
from findmyvibe.accounts.forms import StaffLoginForm
from findmyvibe.stale_forms import form_token
from findmyvibe.views import SchemaView, media

admin.site.login_form = StaffLoginForm

# Both pages of the API bring style sheets inside themselves.
styled = csp_update({"style-src": [SELF, UNSAFE_INLINE]})
docs = styled(SpectacularSwaggerSplitView.as_view(url_name="schema"))
redoc = styled(SpectacularRedocView.as_view(url_name="schema"))

# Lists of the back office that had another address before.
MOVED = {"catalog/job": "jobs/job", "matching/labelfinding": "matching/finding"}


def moved_to(place: str) -> Callable[..., HttpResponseBase]:
    url = f"/admin/{place}/%(rest)s"
    return RedirectView.as_view(url=url, query_string=True, permanent=True)


urlpatterns = [
    path("", include("matching.urls")),
    path("", include("matching.browsing.urls")),
    path("", include("shoppers.urls")),
    *(re_path(rf"^admin/{old}/(?P<rest>.*)$", moved_to(new)) for old, new in MOVED.items()),
    path("api/v1/", include("api.urls")),
    path("account/", include("findmyvibe.accounts.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("form-token", form_token, name="form-token"),
    path("", include("operations.urls")),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    path("redoc/", redoc, name="redoc"),
]

if not settings.S3_BUCKET:
    # Photos of the catalogue, from the folder; with S3 the storage serves them itself.
    urlpatterns.append(path(f"{settings.MEDIA_URL.lstrip('/')}<path:path>", media))
