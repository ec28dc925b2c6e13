//! What happens to an operation when the connection or the server fails.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lockfill_dao::{DaoError, UserStateReader};
use lockfill_dao_redis::RedisUsers;
use tokio::net::TcpListener;

use crate::ports::Port;
use crate::proxy::Proxy;
use crate::server::Server;
use crate::stories::{PATIENT, ad, seen, user};

const SHORT: Duration = Duration::from_millis(50);
/// How much later than its deadline an answer may come on a machine that is busy with other tests.
const SLACK: Duration = Duration::from_millis(400);

/// Reads a state, and asserts that the deadline was kept.
async fn read(users: &RedisUsers) -> Result<(), DaoError> {
    let started = Instant::now();
    let result = users.load(&user("u")).await;
    assert!(started.elapsed() < SHORT + SLACK, "{:?}", started.elapsed());
    result.map(drop)
}

/// Reads until it works.
async fn is_back(users: &RedisUsers) -> bool {
    let started = Instant::now();
    while started.elapsed() < PATIENT {
        if read(users).await.is_ok() {
            return true;
        }
        // An operation that is refused ends at once, so the loop would spin.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}

fn is_unavailable(result: &Result<(), DaoError>) -> bool {
    matches!(result, Err(DaoError::Unavailable { .. }))
}

#[tokio::test]
async fn without_a_server_the_error_comes_at_once_and_names_no_address() {
    let nowhere = Port::free();
    let url = format!("redis://name:secret@127.0.0.1:{}", nowhere.number());
    let users = RedisUsers::new(&url, PATIENT).unwrap();
    let started = Instant::now();
    let error = users.load(&user("u")).await.unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(1));
    assert_eq!(error.to_string(), "Redis is unavailable: the connection was refused");
    assert!(!format!("{users:?}").contains("secret"));
}

#[tokio::test]
async fn a_server_that_was_killed_and_came_back_costs_no_operation() {
    let mut server = Server::start();
    let users = RedisUsers::new(&server.url(), PATIENT).unwrap();
    users.connect().await;
    for slot in 0..3 {
        server.kill();
        server.restart();
        // No operation ran in between, so the store has not noticed the restart.
        seen(&users, &format!("r:{slot}"), ad("li"), "2026-11-22T03:00:00Z").await;
    }
}

#[tokio::test]
async fn a_server_that_is_gone_for_a_while_is_found_again() {
    let mut server = Server::start();
    let users = RedisUsers::new(&server.url(), SHORT).unwrap();
    users.connect().await;
    server.kill();
    for _ in 0..3 {
        assert!(is_unavailable(&read(&users).await));
    }
    server.restart();
    assert!(is_back(&users).await);
}

#[tokio::test]
async fn a_frozen_server_costs_the_deadline_and_no_more_and_is_back_by_itself() {
    let server = Server::start();
    let users = RedisUsers::new(&server.url(), SHORT).unwrap();
    users.connect().await;
    assert!(is_back(&users).await);
    server.freeze();
    for _ in 0..5 {
        let result = read(&users).await;
        assert!(is_unavailable(&result), "{result:?}");
    }
    server.thaw();
    assert!(is_back(&users).await);
}

#[tokio::test]
async fn a_server_that_was_frozen_from_the_start_is_found_when_it_thaws() {
    let server = Server::start();
    let users = RedisUsers::new(&server.url(), SHORT).unwrap();
    server.freeze();
    users.connect().await;
    assert!(is_unavailable(&read(&users).await));
    server.thaw();
    assert!(is_back(&users).await);
}

#[tokio::test]
async fn a_connection_that_died_silently_is_not_used_twice() {
    let server = Server::start();
    let proxy = Proxy::start(server.port(), Duration::ZERO).await;
    let users = RedisUsers::new(&format!("redis://{}", proxy.address), Duration::from_millis(500)).unwrap();
    users.load(&user("u")).await.unwrap();
    proxy.block_present();
    users.load(&user("u")).await.unwrap_err();
    users.load(&user("u")).await.unwrap();
    assert_eq!(proxy.accepted(), 2);
}

#[tokio::test]
async fn connecting_goes_on_beyond_the_deadline_for_the_next_operation() {
    let server = Server::start();
    let proxy = Proxy::start(server.port(), Duration::from_millis(200)).await;
    let users = RedisUsers::new(&format!("redis://{}/1", proxy.address), SHORT).unwrap();
    assert!(is_unavailable(&read(&users).await));
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert!(is_back(&users).await);
    assert_eq!(proxy.accepted(), 1);
}

#[tokio::test]
async fn many_operations_wait_for_one_attempt_to_connect() {
    // A server that never answers.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://:secret@{}", listener.local_addr().unwrap());
    let users = Arc::new(RedisUsers::new(&url, Duration::from_millis(20)).unwrap());
    let accepting = tokio::spawn(async move {
        let mut accepted = Vec::new();
        let until = tokio::time::Instant::now() + Duration::from_millis(200);
        while let Ok(connection) = tokio::time::timeout_at(until, listener.accept()).await {
            accepted.push(connection.unwrap());
        }
        accepted.len()
    });
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let users = Arc::clone(&users);
        tasks.spawn(async move { users.load(&user("u")).await.unwrap_err() });
    }
    for error in tasks.join_all().await {
        assert_eq!(error.to_string(), "Redis is unavailable: no answer within 20 ms");
    }
    assert_eq!(accepting.await.unwrap(), 1);
}

#[tokio::test]
async fn an_operation_out_of_time_does_not_fail_those_that_still_wait() {
    let server = Server::start();
    let users = Arc::new(RedisUsers::new(&server.url(), Duration::from_secs(1)).unwrap());
    users.connect().await;
    server.freeze();
    let read = async |users: Arc<RedisUsers>| users.load(&user("u")).await;
    let first = tokio::spawn(read(Arc::clone(&users)));
    tokio::time::sleep(Duration::from_millis(600)).await;
    let second = tokio::spawn(read(users));
    first.await.unwrap().unwrap_err();
    server.thaw();
    second.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_refused_password_is_reported_without_the_password() {
    let server = Server::start_with(&["--requirepass", "right"]);
    let users = RedisUsers::new(&server.url().replace("//", "//:wrong-one@"), PATIENT).unwrap();
    let error = users.load(&user("u")).await.unwrap_err();
    assert_eq!(error.to_string(), "Redis is unavailable: it refused the credentials");
    let users = RedisUsers::new(&server.url().replace("//", "//:right@"), PATIENT).unwrap();
    users.load(&user("u")).await.unwrap();
}

#[test]
fn a_url_that_names_no_redis_is_refused_without_being_repeated() {
    for url in ["", "secret", "redis://", "http://secret@host", "redis+unix:///secret", "unix:///secret"] {
        let error = RedisUsers::new(url, SHORT).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
