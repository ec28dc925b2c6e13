"""Django's MySQL backend over PyMySQL, which installs without a compiler."""

import pymysql

# Django imports `MySQLdb`, the module of mysqlclient. PyMySQL takes that name.
pymysql.install_as_MySQLdb()
