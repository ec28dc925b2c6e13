"""What random templates and random requests are made of: one stock for both, so that they meet."""

GROUPS = ("Red", "Green", "Blue")
METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD", "PURGE_ALL", "M-SEARCH")
HOSTS = ("shop.test", "www.shop.test", "API.shop.test", "shop.test:8080", "a.b.example.com", "localhost")
# As they go over the wire: encoded, with what is special in expressions, with dots that are segments and not.
SEGMENTS = (
    "a",
    "b",
    "A",
    "books",
    "v1",
    "x.png",
    "%2Fq",
    "%41",
    "~u",
    "a+b",
    "'q'",
    "@:",
    "$x",
    "",
    ".",
    "..",
    "...",
)
HEADERS = {"X-Stage": ("beta", "Beta-2", "a, b", "x"), "User-Agent": ("curl/8.0", "Mozilla/5.0 (X11)", "*")}
KEYS = ("color", "Size", "a*b", "q", "x.y", "%20")
VALUES = ("red", "XL", "1?", "", "a=b", "%41+", "re.d")
SOURCES = ("127.0.0.1", "127.0.0.2", "127.0.0.77", "127.1.2.3")
MATCHES: dict[str, tuple[str, ...]] = {
    "path-pattern": (
        "/books/*",
        "/*.png",
        "/a?b",
        "/a/b",
        "/*/v1/*",
        "/",
        "/A*",
        "*",
        "/*/$x",
        "/b//a",
        "/...*",
    ),
    "host-header": ("shop.test", "*.shop.test", "a?i.shop.test", "*.example.com", "*.*.com"),
    "http-header": ("beta", "BETA*", "*/8.?", "a, *", "\\*", "*"),
}
# What means the same, or something else, in another dialect.
EXPRESSIONS: dict[str, tuple[str, ...]] = {
    "path-pattern": (
        "^/v[0-9]+/",
        "(?i)BOOKS",
        "^/(a|b)/?$",
        r"\.png$",
        "%[0-9A-F]{2}",
        "^(?:/[^/]*){2,3}$",
        "[a-c&&[^b]]/",
    ),
    "host-header": (r"^(www|api)\.", "(?<host>SHOP)", r"\.com$", r"\bb\b"),
    "http-header": ("^beta$", "[0-9]$", r"^Mozilla/\d", "(?-i)beta"),
}
NETWORKS = ("127.0.0.0/30", "127.0.0.77/32", "127.0.0.99/25", "0.0.0.0/0", "::/0", "10.0.0.0/8")
URL_REWRITES = (
    ("^/books/(.*)$", "/library/$1"),
    (r"^/([^/?]*)/?([^/?]*)", "/$2/$1?via=$0"),
    ("(?<query>color)=", "colour=$9$$1"),
    ("^/a", "b"),
)
HOST_REWRITES = (
    (r"^(.*)\.shop\.test$", "$1.internal.test"),
    ("SHOP", "store"),
    (r"^localhost$", "not a host"),
)
REDIRECTS: tuple[dict[str, str], ...] = (
    {"StatusCode": "HTTP_301", "Protocol": "HTTPS", "Port": "443"},
    {
        "StatusCode": "HTTP_302",
        "Host": "new.#{host}",
        "Path": "/moved/#{path}",
        "Query": "from=#{path}&#{query}",
    },
    {"StatusCode": "HTTP_302", "Path": "/x/#{port}", "Query": ""},
    {"StatusCode": "HTTP_301", "Host": "$host.test", "Path": '/"$1"', "Query": "#{protocol}=#{host}"},
)
BODIES = ("", "closed", '{"cost": "$5", "path": "C:\\\\x"}', "two\nlines\tand ${http_host}")
STATUSES = ("200", "204", "299", "400", "404", "444", "499", "503", "599")
