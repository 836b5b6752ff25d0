import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "findmyvibe.settings")

app = Celery("findmyvibe")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
