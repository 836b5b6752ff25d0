"""The state of favourites; the tables are those that the catalogue kept them in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0005_jobs_and_shoppers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Favourite',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to='catalog.product')),
                    ],
                    options={
                        'ordering': ['-created_at', '-id'],
                    },
                ),
                migrations.CreateModel(
                    name='FavouriteList',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('session_key', models.CharField(blank=True, max_length=40)),
                        ('name', models.CharField(max_length=80)),
                        ('share_token', models.CharField(blank=True, editable=False, help_text='What the link that shows the list to others ends in; none while it is private.', max_length=43, null=True, unique=True)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('products', models.ManyToManyField(related_name='favourite_lists', through='shoppers.Favourite', to='catalog.product')),
                        ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='favourite_lists', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['created_at', 'id'],
                    },
                ),
                migrations.AddField(
                    model_name='favourite',
                    name='list',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to='shoppers.favouritelist'),
                ),
                migrations.AddIndex(
                    model_name='favouritelist',
                    index=models.Index(fields=['session_key'], name='favourites_of_session'),
                ),
                migrations.AddConstraint(
                    model_name='favouritelist',
                    constraint=models.UniqueConstraint(condition=models.Q(('user__isnull', False)), fields=('user', 'name'), name='one_list_per_name'),
                ),
                migrations.AddConstraint(
                    model_name='favourite',
                    constraint=models.UniqueConstraint(fields=('list', 'product'), name='one_favourite_per_list'),
                ),
            ],
        ),
    ]
