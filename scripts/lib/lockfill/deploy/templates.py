"""A packaged template: where its code lies, and in which bucket the template itself."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import yaml

from ..console import Failure
from .aws import Account, one_line

CATALOG_FUNCTION = "CatalogFunction"


@dataclass(frozen=True)
class S3Object:
    """An object of a bucket."""

    bucket: str
    key: str


class _Loader(yaml.SafeLoader):
    """Reads `!Ref`, `!Sub` and the like as if they were not there: only names and addresses are wanted."""


def _plain(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else None


_Loader.add_multi_constructor("!", _plain)


def section(body: str, name: str) -> dict[str, dict[str, Any]]:
    """A section of a template, such as Resources. Raises Failure where the text is no template."""
    try:
        # A SafeLoader, with a constructor for tags that makes plain values.
        document = yaml.load(body, Loader=_Loader)  # noqa: S506
        return dict(document.get(name) or {})
    except (yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
        raise Failure(f"the template cannot be read ({type(error).__name__})") from None


def catalog_code(body: str) -> S3Object:
    """Where the code of the function `catalog` lies, which compiles for this release."""
    properties = section(body, "Resources").get(CATALOG_FUNCTION, {}).get("Properties", {})
    code = properties.get("CodeUri")
    if isinstance(code, dict) and {"Bucket", "Key"} <= code.keys():
        return S3Object(code["Bucket"], code["Key"])
    parts = urlsplit(str(code))
    if parts.scheme != "s3":
        raise Failure(f"the template does not say where the code of {CATALOG_FUNCTION} lies")
    return S3Object(parts.netloc, parts.path.lstrip("/"))


def upload(account: Account, bucket: str, key: str, text: str) -> str:
    """Puts a template where CloudFormation reads it; its URL."""
    with one_line("the template cannot be uploaded"):
        account.s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
    return url(account, S3Object(bucket, key))


def url(account: Account, found: S3Object) -> str:
    """The address by which CloudFormation reads an object of a bucket."""
    suffix = ".cn" if account.region.startswith("cn-") else ""
    return f"https://s3.{account.region}.amazonaws.com{suffix}/{found.bucket}/{found.key}"
