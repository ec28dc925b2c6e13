//! Generated ARNs, of the form that AWS uses. The same template has the same ARNs in every run.

use xxhash_rust::xxh64::xxh64;

use super::document::Template;

fn prefix(template: &Template, service: &str) -> String {
    let part = |name: &str| template.pseudo_parameter(name);
    format!("arn:{}:{service}:{}:{}", part("AWS::Partition"), part("AWS::Region"), part("AWS::AccountId"))
}

/// The sixteen hexadecimal digits that AWS appends to a resource of a load balancer.
fn suffix(path: &str) -> String {
    format!("{:016x}", xxh64(path.as_bytes(), 0))
}

/// A function, by its name.
pub fn function(template: &Template, name: &str) -> String {
    format!("{}:function:{name}", prefix(template, "lambda"))
}

/// A target group.
pub fn target_group(template: &Template, name: &str, path: &str) -> String {
    format!("{}:targetgroup/{name}/{}", prefix(template, "elasticloadbalancing"), suffix(path))
}

/// A load balancer, a listener or a rule: `kind` is that word in the ARN.
pub fn balancer(template: &Template, kind: &str, path: &str) -> String {
    format!(
        "{}:{kind}/app/{}/{}",
        prefix(template, "elasticloadbalancing"),
        path.replace('/', "-"),
        suffix(path)
    )
}

/// The stack.
pub fn stack(template: &Template, name: &str) -> String {
    format!("{}:stack/{name}/{}", prefix(template, "cloudformation"), suffix(name))
}

/// The DNS name of a load balancer.
pub fn dns_name(template: &Template, path: &str) -> String {
    let (region, suffix) = (template.region(), template.pseudo_parameter("AWS::URLSuffix"));
    format!(
        "{}-{:010}.{region}.elb.{suffix}",
        path.replace('/', "-"),
        xxh64(path.as_bytes(), 0) % 10_000_000_000
    )
}
