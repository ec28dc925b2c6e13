# Django's packages as they are installed outside, for the Python of django.Dockerfile. With a registry, in Docker:
#   docker build --file infra/compose/packages-build.Dockerfile --tag lockfill/packages .
FROM scratch
COPY packages/ /packages/
