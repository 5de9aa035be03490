# The worker and, with another command, the board: no root, nothing written outside /data and /tmp.
#
#   docker build -t ig-worker .
#   docker run --rm -v ig-worker:/data ig-worker ig-worker init /data
#   docker run -d --name ig-worker --restart unless-stopped --stop-timeout 15 --memory 400m \
#       --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges -v ig-worker:/data ig-worker
#
# compose.yaml has both with Caddy before them; docs/deploying.md has upgrades, moving house, and what is not in here.

FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
# The packages change seldom and the code often: they are a layer of their own. image.txt has all that a centre may set
# in its configuration: PostgreSQL, Google Sheets, and pictures as iPhones make them.
COPY requirements/ requirements/
RUN python -m venv /opt/build \
 && /opt/build/bin/pip install --require-hashes --only-binary :all: -r requirements/build.txt \
 && python -m venv /opt/ig-worker \
 && /opt/ig-worker/bin/pip install --require-hashes --only-binary :all: -r requirements/image.txt
COPY pyproject.toml README.md LICENSE config.example.toml ./
COPY migrations/ migrations/
COPY src/ src/
RUN /opt/build/bin/python -m build --wheel --no-isolation --outdir /dist \
 && /opt/ig-worker/bin/pip install --no-index --no-deps /dist/*.whl \
 && /opt/ig-worker/bin/pip uninstall --yes pip

FROM python:3.12-slim-bookworm
# The bytecode was compiled at the install; with a read-only root nothing could be written beside it anyway. What SQLite
# writes for a moment may be as large as the database: /tmp is memory.
ENV PATH=/opt/ig-worker/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    SQLITE_TMPDIR=/data \
    IG_WORKER_CONFIG=/data/config.toml
RUN groupadd --gid 10001 ig-worker \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin ig-worker \
 && install --directory --owner=10001 --group=10001 --mode=0750 /data
COPY --from=build /opt/ig-worker /opt/ig-worker
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
STOPSIGNAL SIGTERM
# Healthy as `status` means it: every job's last success is young enough. A new worker has three minutes to begin.
HEALTHCHECK --interval=60s --timeout=20s --start-period=180s --retries=3 CMD ig-worker status || exit 1
CMD ["ig-worker", "run"]
