"""Two lists of one name in one session become one; an index that forbids them follows."""

from typing import Any

from django.db import migrations


def merge(apps: Any, schema_editor: Any) -> None:
    lists = apps.get_model("shoppers", "FavouriteList").objects.filter(user=None)
    favourites = apps.get_model("shoppers", "Favourite").objects
    first: dict[tuple[str, str], int] = {}
    for one in lists.order_by("created_at", "id"):
        kept = first.setdefault((one.session_key, one.name), one.pk)
        if kept == one.pk:
            continue
        known = favourites.filter(list_id=kept).values_list("product_id", flat=True)
        favourites.filter(list=one).exclude(product_id__in=list(known)).update(list_id=kept)
        if one.share_token and not lists.filter(pk=kept, share_token__isnull=False).exists():
            token, one.share_token = one.share_token, None
            one.save(update_fields=["share_token"])
            lists.filter(pk=kept).update(share_token=token)
        one.delete()


class Migration(migrations.Migration):
    dependencies = [("shoppers", "0001_initial")]
    operations = [migrations.RunPython(merge, migrations.RunPython.noop)]
