# The same image as programs.Dockerfile makes, with cargo in Docker; the context is the repository. It needs a registry of
# images and crates.io:
#   docker build --file infra/compose/build.Dockerfile --tag lockfill/programs .
ARG BUILD_IMAGE=rust:1.95-bookworm
FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY . .
ARG PROFILE=release
RUN cargo build --locked --profile ${PROFILE} --target-dir /target \
        --package ads --package contents --package lockscreen --package events --package catalog --package pacing \
        --package local-dynamodb --package catalog-cli --package ledger-cli --package local-alb \
    && cd /target/${PROFILE} && mkdir -p /programs/functions /programs/tools \
    && cp ads contents lockscreen events catalog pacing /programs/functions/ \
    && cp local-dynamodb catalog-cli ledger-cli local-alb /programs/tools/

FROM scratch
COPY --from=build /programs/ /programs/
