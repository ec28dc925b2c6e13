"""A handler on Python's managed runtime."""

import json


def handler(payload: dict, context: object) -> dict:
    """Answers with the parts of the request, and what the runtime knows of the function."""
    if payload["path"] == "/fails":
        raise ValueError("the handler failed")
    body = {
        "path": payload["path"],
        "query": payload["queryStringParameters"],
        "function": context.function_name,
        "memory_mb": int(context.memory_limit_in_mb),
    }
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
