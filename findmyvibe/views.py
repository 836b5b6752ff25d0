from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.static import serve


@cache_control(public=True, max_age=86400)
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A photo of the catalogue from the folder it is kept in."""
    return serve(request, path, document_root=str(settings.MEDIA_ROOT))
