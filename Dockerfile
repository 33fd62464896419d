# The command in a small image: docker run --rm -e TELNYX_API_KEY -v "$PWD:/work" IMAGE plan
# Built by nobody yet: it was checked by a linter (hadolint) only. Pin the base image by its digest where you build it.
# Without git in it, plans do not tell the commit that they were made of.
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY requirements/ledgers.txt requirements/ledgers.txt
RUN python -m venv /opt/reconciler \
    && /opt/reconciler/bin/pip install --no-cache-dir --require-hashes -r requirements/ledgers.txt
COPY pyproject.toml README.md LICENSE ./
COPY reconciler reconciler
RUN /opt/reconciler/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim-bookworm
COPY --from=build /opt/reconciler /opt/reconciler
ENV PATH="/opt/reconciler/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["reconciler"]
CMD ["--help"]
