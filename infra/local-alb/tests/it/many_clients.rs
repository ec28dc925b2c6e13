//! Many clients at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::balancer::{Balancer, exec};
use crate::support::origin::Origin;
use crate::support::templates::BASIC;

#[test]
fn a_thousand_requests_of_fifty_clients_are_all_answered() {
    let origin = Origin::ok();
    let arguments = ["--function", &exec("Fn"), "--target", &origin.target("Web"), "--max-environments", "4"];
    let alb = Arc::new(Balancer::start(BASIC, &arguments));
    let answered = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..50)
        .map(|client| {
            let (alb, answered) = (Arc::clone(&alb), Arc::clone(&answered));
            std::thread::spawn(move || {
                let mut connection = alb.connect();
                for number in 0..20 {
                    let (path, status) = match number % 4 {
                        0 => ("/single/echo", 200),
                        1 => ("/multi/echo", 200),
                        2 => ("/web", 200),
                        _ => ("/fixed", 418),
                    };
                    let tag = format!("{client}-{number}");
                    let reply = connection.request("GET", &format!("{path}?tag={tag}"), &[], b"");
                    assert_eq!(reply.status, status, "{path}");
                    if path == "/single/echo" {
                        assert_eq!(reply.json()["payload"]["queryStringParameters"]["tag"], tag.as_str());
                    }
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for client in clients {
        client.join().expect("every request of the client was answered");
    }
    assert_eq!(answered.load(Ordering::Relaxed), 1000);
}
