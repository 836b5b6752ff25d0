from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.static import serve
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from findmyvibe.views import healthz

urlpatterns = [
    path("", include("matching.urls")),
    path("", include("catalog.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
]

if not settings.S3_BUCKET:
    # Photos of the catalogue, from the folder; with S3 the storage serves them itself.
    urlpatterns.append(
        re_path(
            rf"^{settings.MEDIA_URL.lstrip('/')}(?P<path>.*)$",
            serve,
            {"document_root": settings.MEDIA_ROOT},
        )
    )
