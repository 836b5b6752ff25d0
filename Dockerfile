# Two images: `--target web` serves the site and builds the index; `--target worker` can also train
# heads and install backbones, which takes torch and more.
FROM python:3.11.14-slim-bookworm AS base
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data ARTIFACTS_DIR=/artifacts
# A volume that is made new takes its owner from here.
RUN useradd --create-home --uid 1000 app && install -d -o app -g app /data /artifacts
WORKDIR /app

FROM base AS web-packages
COPY requirements-web.txt ./
RUN python -m venv --without-pip /venv && \
    pip --python /venv install --no-cache-dir -r requirements-web.txt && \
    cd /venv/lib/python3.11/site-packages && \
    find . -type d -name tests -prune -exec rm -rf {} + && \
    find botocore/data -mindepth 1 -maxdepth 1 -type d ! -name s3 ! -name sts -exec rm -rf {} +

FROM web-packages AS worker-packages
COPY requirements.txt ./
COPY scripts/install_torch.py scripts/
RUN /venv/bin/python -m ensurepip && \
    /venv/bin/python scripts/install_torch.py requirements.txt && \
    pip --python /venv install --no-cache-dir -r requirements.txt

FROM base AS worker
ENV HF_HOME=/tmp/hub MPLCONFIGDIR=/tmp/matplotlib
COPY --from=worker-packages /venv /venv
COPY . .
USER app
VOLUME ["/data", "/artifacts"]
HEALTHCHECK --interval=1m --timeout=30s --start-period=1m \
    CMD celery -A findmyvibe inspect ping -d celery@$HOSTNAME
CMD ["celery", "-A", "findmyvibe", "worker", "--concurrency", "1"]

FROM base AS web
COPY --from=web-packages /venv /venv
COPY . .
# Static files are part of the image; the key serves for this one step only.
RUN SECRET_KEY=only-to-collect-static-files python manage.py collectstatic --noinput -v0 && \
    chown -R app:app /data
USER app
VOLUME ["/data", "/artifacts"]
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s \
    CMD ["python", "scripts/healthcheck.py", "http://127.0.0.1:8000/readyz"]
CMD ["gunicorn", "findmyvibe.wsgi", "--bind", "0.0.0.0:8000"]
