# Django behind gunicorn. WhiteNoise serves its static files from the installed packages. The context is the repository's
# `infra`.
#   PACKAGES_IMAGE  has Django's packages below /packages, for the Python of BASE_IMAGE
ARG BASE_IMAGE=python:3.11-slim-bookworm
ARG PACKAGES_IMAGE=lockfill/packages
FROM ${PACKAGES_IMAGE} AS packages

FROM ${BASE_IMAGE}
COPY --from=packages /packages/ /opt/packages/
COPY monolith/ /opt/lockfill/infra/monolith/
COPY demo/catalog.json /opt/lockfill/infra/demo/catalog.json
COPY compose/setup compose/schedule.py compose/healthy.py /opt/lockfill/
# Whatever the modes of the checkout are.
RUN chmod -R a+rX /opt/lockfill
ENV PYTHONPATH=/opt/packages PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 MONOLITH_BIND=0.0.0.0:8001
WORKDIR /opt/lockfill/infra/monolith
USER 65532:65532
EXPOSE 8001
HEALTHCHECK --interval=5s --timeout=5s --retries=60 CMD ["python3", "/opt/lockfill/healthy.py"]
CMD ["python3", "-m", "gunicorn", "--config", "gunicorn.conf.py"]
