# MariaDB with one database and one user, both made at each start if they are missing. BASE_IMAGE is MariaDB's own image, or
# a system with MariaDB's packages.
ARG BASE_IMAGE=mariadb:10.11
FROM ${BASE_IMAGE}
COPY mariadb-start /usr/local/bin/mariadb-start
USER mysql
ENTRYPOINT ["/usr/local/bin/mariadb-start"]
