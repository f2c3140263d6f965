# One image for the service and for retraining; the base is named by version, its digest by the lock of
# whoever builds it.
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/winnow
COPY requirements.lock ./
RUN /opt/winnow/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY models ./models
COPY service ./service
COPY training ./training
RUN /opt/winnow/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data winnow && install -d -o winnow -g winnow /data
COPY --from=build /opt/winnow /opt/winnow
USER winnow
ENV PATH=/opt/winnow/bin:$PATH WINNOW_DATA_DIR=/data WINNOW_HOST=0.0.0.0
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=2)"]
CMD ["winnow", "serve"]
