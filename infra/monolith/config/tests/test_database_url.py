import secrets
from unittest import TestCase

from config.environment import InvalidEnvironment, read_environment

KEY = "k" * 32


def read(url: str, **variables: str):
    return read_environment({"MONOLITH_SECRET_KEY": KEY, "MONOLITH_DATABASE_URL": url, **variables}).database


class DatabaseUrlTests(TestCase):
    def test_without_a_url_it_is_a_file_of_sqlite(self):
        database = read("", MONOLITH_DATABASE_PATH="/data/monolith.sqlite3")
        self.assertEqual(database.settings()["ENGINE"], "django.db.backends.sqlite3")
        self.assertEqual(str(database.path), "/data/monolith.sqlite3")

    def test_a_url_names_user_password_host_port_and_database(self):
        settings = read("mysql://app:p%40ss%2Fword@db.example:3307/lockfill").settings()
        expected = {
            "NAME": "lockfill",
            "USER": "app",
            "PASSWORD": "p@ss/word",
            "HOST": "db.example",
            "PORT": "3307",
        }
        self.assertEqual({name: settings[name] for name in expected}, expected)
        self.assertNotIn("ssl", settings["OPTIONS"])

    def test_a_port_may_be_left_out(self):
        self.assertEqual(read("mysql://app:x@db.example/lockfill").port, 3306)

    def test_a_socket_stands_in_for_host_and_port(self):
        settings = read("mysql://app:x@/lockfill?unix_socket=/run/mysqld/mysqld.sock").settings()
        self.assertEqual((settings["HOST"], settings["PORT"]), ("/run/mysqld/mysqld.sock", ""))

    def test_certificates_turn_on_tls(self):
        settings = read("mysql://app:x@db.example/lockfill?ssl_ca=/etc/ca.pem").settings()
        self.assertEqual(settings["OPTIONS"]["ssl"], {"ca": "/etc/ca.pem"})

    def test_sessions_are_strict_and_read_what_is_committed(self):
        options = read("mysql://app:x@db.example/lockfill").settings()["OPTIONS"]
        self.assertIn("TRADITIONAL", options["init_command"])
        self.assertEqual(options["isolation_level"], "read committed")

    def test_what_is_wrong_is_said_in_one_line_without_the_password(self):
        password = secrets.token_hex(8)
        wrong = (
            f"postgres://app:{password}@db.example/lockfill",
            f"mysql://app:{password}@db.example",
            f"mysql://app:{password}@db.example/",
            f"mysql://app:{password}@db.example/a/b",
            f"mysql://app:{password}@db.example:port/lockfill",
            f"mysql://app:{password}@db.example:99999/lockfill",
            f"mysql://app:{password}@/lockfill",
            f"mysql://app:{password}@db.example/lockfill?unix_socket=/run/s.sock",
            f"mysql://app:{password}@db.example/lockfill?ssl_ca=relative.pem",
            f"mysql://app:{password}@db.example/lockfill?timeout=5",
            f"mysql://app:{password}@db.example/lockfill#part",
            f"mysql://:{password}@db.example/lockfill",
            f"mysql://[app:{password}@db.example/lockfill",
        )
        for url in wrong:
            with self.subTest(url=url), self.assertRaises(InvalidEnvironment) as raised:
                read(url)
            self.assertRegex(str(raised.exception), r"\AMONOLITH_DATABASE_URL m[^\n]*\Z")
            self.assertNotIn(password, str(raised.exception))

    def test_the_password_is_not_shown(self):
        self.assertNotIn("hidden", repr(read("mysql://app:hidden@db.example/lockfill")))

    def test_two_databases_at_once_are_refused(self):
        with self.assertRaisesRegex(InvalidEnvironment, "set one of them"):
            read("mysql://app:x@db.example/lockfill", MONOLITH_DATABASE_PATH="/data/m.sqlite3")
