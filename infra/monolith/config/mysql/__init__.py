"""Django's MySQL backend over PyMySQL, which needs no compiler, comparing text exactly."""

import pymysql

# Django asks for mysqlclient, which has to be compiled, by its module's name.
pymysql.install_as_MySQLdb()
