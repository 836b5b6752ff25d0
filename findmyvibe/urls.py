from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from findmyvibe.accounts.forms import StaffLoginForm
from findmyvibe.views import healthz, media

admin.site.login_form = StaffLoginForm

# Swagger's page brings a style sheet inside itself.
docs = csp_update({"style-src": [SELF, UNSAFE_INLINE]})(
    SpectacularSwaggerSplitView.as_view(url_name="schema")
)

urlpatterns = [
    path("", include("matching.urls")),
    path("", include("catalog.urls")),
    path("account/", include("findmyvibe.accounts.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
]

if not settings.S3_BUCKET:
    # Photos of the catalogue, from the folder; with S3 the storage serves them itself.
    urlpatterns.append(path(f"{settings.MEDIA_URL.lstrip('/')}<path:path>", media))
