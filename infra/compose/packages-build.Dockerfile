# The same image as packages.Dockerfile makes, with uv in Docker; the context is the repository. It needs a registry of images
# and PyPI.
ARG BASE_IMAGE=python:3.11-slim-bookworm
FROM ${BASE_IMAGE} AS build
WORKDIR /build
COPY pyproject.toml uv.lock ./
RUN pip install --no-cache-dir uv \
    && uv export --frozen --no-header --only-group monolith > requirements.txt \
    && uv pip install --target /packages --require-hashes --requirement requirements.txt --compile-bytecode

FROM scratch
COPY --from=build /packages/ /packages/
