"""The same routing for every balancer. Each request runs through all rules: the last one has its path."""

RULES = 10
PATH = f"/service-{RULES}/orders?user={{user}}"
_BODY = "x" * 1000
# By default nginx closes a connection after 1,000 requests.
_KEEP_CONNECTIONS = "keepalive_requests 1000000000;"
_TEMPLATE = """\
Resources:
  Group:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: ip, Protocol: HTTP, Port: 80}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      Port: 80
      DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: 404}}]
"""
_RULE = """\
  Rule{number}:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: {number}
      Conditions: [{{Field: path-pattern, Values: ["/service-{number}/*"]}}]
      Actions: [{{Type: forward, TargetGroupArn: !Ref Group}}]
"""
_TARGET = """
server {{
    listen 127.0.0.1:{port};
    {keep_connections}
    location / {{ default_type application/json; return 200 "{body}"; }}
}}
"""
_HAND_WRITTEN = """
upstream group {{ server 127.0.0.1:{target}; keepalive 64; {keep_connections} }}
{keep_connections}
server {{
    listen 127.0.0.1:{port};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-Port $server_port;
    {locations}
    location / {{ return 404; }}
}}
"""
_LOCATION = "location /service-{number}/ {{ proxy_pass http://group; }}"


def target(port: int) -> str:
    """An nginx that answers every request itself."""
    return _TARGET.format(port=port, body=_BODY, keep_connections=_KEEP_CONNECTIONS)


def template() -> str:
    """The template that local-alb reads."""
    return _TEMPLATE + "".join(_RULE.format(number=number) for number in range(1, RULES + 1))


def hand_written(target_port: int, port: int) -> str:
    """nginx as a person would configure it."""
    locations = "\n    ".join(_LOCATION.format(number=number) for number in range(1, RULES + 1))
    return _HAND_WRITTEN.format(
        target=target_port, port=port, locations=locations, keep_connections=_KEEP_CONNECTIONS
    )


def exported(configuration: str) -> str:
    """What local-alb exports, made to keep connections as the other configuration does."""
    kept = "    keepalive 64;"
    configuration = configuration.replace(kept, f"{kept}\n    {_KEEP_CONNECTIONS}")
    return f"{_KEEP_CONNECTIONS}\n{configuration}"
