from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.static import serve
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import BaseRenderer


class SchemaView(SpectacularAPIView):  # type: ignore[misc]
    """The description of the API: YAML, JSON where the Accept header or `?format=json` asks."""

    def get_renderers(self) -> list[BaseRenderer]:
        if self.request.GET.get("format") == "json":
            return [OpenApiJsonRenderer()]
        return list(super().get_renderers())


@cache_control(public=True, max_age=86400)
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A photo of the catalogue from the folder it is kept in."""
    return serve(request, path, document_root=str(settings.MEDIA_ROOT))
