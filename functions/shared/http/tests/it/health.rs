//! Health checks, which a balancer sends by itself.

use lockfill_http::invocation;
use serde_json::json;

use crate::support::World;

/// A health check as AWS documents it, in both forms: no host, and one header.
fn checks(path: &str) -> [serde_json::Value; 2] {
    let elb = json!({ "elb": { "targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/t/0" } });
    let single = json!({
        "requestContext": elb, "httpMethod": "GET", "path": path, "queryStringParameters": {},
        "headers": { "user-agent": "ELB-HealthChecker/2.0" }, "body": "", "isBase64Encoded": false,
    });
    let multi = json!({
        "requestContext": elb, "httpMethod": "GET", "path": path, "multiValueQueryStringParameters": {},
        "multiValueHeaders": { "user-agent": ["ELB-HealthChecker/2.0"] }, "body": "", "isBase64Encoded": false,
    });
    [single, multi]
}

#[tokio::test]
async fn a_health_check_is_answered_before_anything_is_published() {
    let world = World::unpublished();
    for check in checks("/healthz") {
        for answer in [world.allocate(&check).await, world.track(&check).await] {
            assert_eq!((answer.status(), answer.header("content-type")), (200, Some("text/plain")));
        }
    }
}

#[tokio::test]
async fn a_health_check_at_another_path_is_a_404() {
    let world = World::new();
    for path in ["/", "/health", "/healthz/", "//healthz"] {
        for check in checks(path) {
            assert_eq!(world.allocate(&check).await.status(), 404, "{path}");
            assert_eq!(world.track(&check).await.status(), 404, "{path}");
        }
    }
}

#[tokio::test]
async fn headers_may_be_empty_or_left_out() {
    let world = World::new();
    let base = json!({ "requestContext": { "elb": {} }, "httpMethod": "GET", "path": "/healthz" });
    for headers in [json!({}), json!(null)] {
        for name in ["headers", "multiValueHeaders"] {
            let mut check = base.clone();
            check[name] = headers.clone();
            assert_eq!(world.allocate(&check).await.status(), 200, "{check}");
        }
    }
    assert_eq!(world.allocate(&base).await.status(), 200);
}

#[tokio::test]
async fn an_answer_is_a_document_that_both_forms_of_target_group_read() {
    let world = World::new();
    let answer = world.get("unit_id=u-1&user_id=u").await;
    let mut response = answer.response;
    response.headers_mut().append("vary", "origin".parse().unwrap());
    response.headers_mut().append("vary", "accept".parse().unwrap());
    let document = serde_json::to_value(invocation::response(response)).unwrap();
    assert_eq!(document["headers"]["vary"], "origin");
    assert_eq!(document["multiValueHeaders"]["vary"], json!(["origin", "accept"]));
    assert_eq!((&document["statusCode"], &document["statusDescription"]), (&json!(200), &json!("200 OK")));
    assert_eq!(document["headers"]["content-type"], "application/json");
    assert_eq!(document["multiValueHeaders"]["content-type"], json!(["application/json"]));
    assert_eq!(document["isBase64Encoded"], false);
    let body: serde_json::Value = serde_json::from_str(document["body"].as_str().unwrap()).unwrap();
    assert_eq!(body, answer.json);
}
