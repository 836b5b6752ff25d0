FROM python:3.11-slim AS packages
WORKDIR /app
COPY requirements.txt ./
COPY scripts/install_torch.py scripts/
RUN python -m venv /venv && \
    /venv/bin/python scripts/install_torch.py requirements.txt && \
    /venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
RUN useradd --create-home --uid 1000 app && install -d -o app -g app /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
# Static files are part of the image; the key serves for this one step only.
RUN SECRET_KEY=only-to-collect-static-files python manage.py collectstatic --noinput -v0 && \
    chown -R app:app /data
USER app
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "scripts/healthcheck.py", "http://127.0.0.1:8000/healthz"]
CMD ["gunicorn", "findmyvibe.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4"]
