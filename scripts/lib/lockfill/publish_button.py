"""The button of the admin that publishes, pressed as a browser presses it."""

from urllib.parse import urlencode

from . import local_secrets, monolith, web
from .console import Failure

HISTORY = "/admin/publishing/publication/"


class PublishButton:
    """The page of publications, with an operator who has logged in."""

    def __init__(self, url: str) -> None:
        self._page = f"{url}{HISTORY}"
        password = local_secrets.read(monolith.ADMIN_PASSWORD_SECRET)
        cookies = web.cookies(web.log_in(url, monolith.ADMIN_USERNAME, password))
        self._form = urlencode({"csrfmiddlewaretoken": cookies["csrftoken"]})
        self._headers = {
            "content-type": "application/x-www-form-urlencoded",
            "cookie": f"csrftoken={cookies['csrftoken']}; sessionid={cookies['sessionid']}",
            "origin": url,
            "referer": self._page,
        }

    def press(self) -> None:
        """Requests a publication. The worker makes it later. Raises Failure if it is not requested."""
        answer = web.request("POST", f"{self._page}publish/", self._headers, self._form)
        if (answer.status, answer.headers["location"]) != (302, HISTORY):
            raise Failure(f"the button was not accepted: status {answer.status}")
