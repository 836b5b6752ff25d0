from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from findmyvibe.accounts.forms import StaffLoginForm
from findmyvibe.stale_forms import form_token
from findmyvibe.views import healthz, media

admin.site.login_form = StaffLoginForm

# Swagger's page brings a style sheet inside itself.
docs = csp_update({"style-src": [SELF, UNSAFE_INLINE]})(
    SpectacularSwaggerSplitView.as_view(url_name="schema")
)

urlpatterns = [
    path("", include("matching.urls")),
    path("", include("matching.browsing.urls")),
    path("", include("shoppers.urls")),
    # The list of jobs had this address before it got an app of its own.
    re_path(
        r"^admin/catalog/job/(?P<rest>.*)$",
        RedirectView.as_view(url="/admin/jobs/job/%(rest)s", query_string=True, permanent=True),
    ),
    path("account/", include("findmyvibe.accounts.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("form-token", form_token, name="form-token"),
    path("healthz", healthz, name="healthz"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
]

if not settings.S3_BUCKET:
    # Photos of the catalogue, from the folder; with S3 the storage serves them itself.
    urlpatterns.append(path(f"{settings.MEDIA_URL.lstrip('/')}<path:path>", media))
