# One image with several programs of Lockfill; a container's command names the one that it runs.
#   PROGRAMS_IMAGE  has the programs below /programs: programs.Dockerfile copies built ones, build.Dockerfile builds them
#   PROGRAMS        functions, or tools: the local DynamoDB and the command lines
#   BASE_IMAGE      has glibc 2.34 or newer, and a bash for the health check
ARG BASE_IMAGE=debian:bookworm-slim
ARG PROGRAMS_IMAGE=lockfill/programs
FROM ${PROGRAMS_IMAGE} AS programs

FROM ${BASE_IMAGE}
ARG PROGRAMS=functions
COPY --from=programs /programs/${PROGRAMS}/ /usr/local/bin/
COPY healthy /usr/local/bin/healthy
USER 65532:65532
EXPOSE 9000
HEALTHCHECK --interval=5s --timeout=5s --retries=30 CMD ["/usr/local/bin/healthy"]
