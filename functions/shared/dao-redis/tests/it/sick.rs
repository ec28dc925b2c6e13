//! A server that is sick is left in peace, and used again within a second after it is well.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use lockfill_dao::UserStateReader;
use lockfill_dao_redis::RedisUsers;
use tokio::time::sleep;

use crate::ports::Port;
use crate::scripted::{Manner, Scripted, WELL};
use crate::stories::user;

const DEADLINE: Duration = Duration::from_millis(50);
const SICK: Duration = Duration::from_millis(2_500);
/// How long after its recovery the server may be taken for sick, and what a busy machine adds.
const RECOVERY: Duration = Duration::from_millis(1_000 + 300);
/// A connection a second, and the one that tells a dead connection from a sick server.
const CONNECTIONS_MAX: u32 = 2 + 2;

async fn is_read(users: &RedisUsers) -> bool {
    users.load(&user("u")).await.is_ok()
}

/// Asks a hundred times a second, if the machine is not busy. Returns how many questions were answered, and whether
/// most were refused at once.
async fn ask(users: &RedisUsers, time: Duration) -> (u32, bool) {
    let (started, mut all, mut answered, mut refused) = (Instant::now(), 0, 0, 0);
    while started.elapsed() < time {
        all += 1;
        let asked = Instant::now();
        if is_read(users).await {
            answered += 1;
        } else if asked.elapsed() < DEADLINE / 2 {
            refused += 1;
        }
        sleep(Duration::from_millis(10)).await;
    }
    (answered, refused > all / 2)
}

async fn recovers(users: &RedisUsers) -> bool {
    let started = Instant::now();
    while started.elapsed() < RECOVERY {
        if is_read(users).await {
            return true;
        }
        sleep(Duration::from_millis(5)).await;
    }
    false
}

/// A server that falls sick in this manner is connected to `connections` times at most, and is found again.
async fn is_left_in_peace(manner: Manner, connections: u32) {
    let server = Scripted::start().await;
    let users = RedisUsers::new(&server.url(), DEADLINE).unwrap();
    users.connect().await;
    assert!(is_read(&users).await);
    let before = server.accepted();
    server.becomes(manner.clone());
    let (answered, is_refused) = ask(&users, SICK).await;
    assert_eq!(answered, 0, "{manner:?}");
    assert!(is_refused, "{manner:?}: most operations waited");
    let connected = server.accepted() - before;
    assert!(connected <= connections, "{manner:?}: {connected} connections");
    server.becomes(WELL);
    assert!(recovers(&users).await, "{manner:?}");
    assert!(is_read(&users).await, "{manner:?}");
}

/// A thread that stands still for so long may find a late answer only after the connection was given up: an answer comes
/// 10 ms after its deadline, and a connection is replaced after 25 ms at the earliest.
const STALL_MIN: Duration = Duration::from_millis(10);

/// Counts how often the thread of a test stands still, because the machine has other work.
fn count_stalls() -> Arc<AtomicU32> {
    let stalls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&stalls);
    tokio::spawn(async move {
        loop {
            let slept = Instant::now();
            sleep(Duration::from_millis(1)).await;
            if slept.elapsed() > STALL_MIN {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    stalls
}

#[tokio::test]
async fn a_server_that_answers_a_little_after_the_deadline_keeps_its_connection() {
    let stalls = count_stalls();
    let server = Scripted::start().await;
    let users = RedisUsers::new(&server.url(), DEADLINE).unwrap();
    users.connect().await;
    assert!(is_read(&users).await);
    server.becomes(Manner::Late(DEADLINE + Duration::from_millis(10)));
    ask(&users, DEADLINE * 6).await;
    // An operation that began before the late answer had come may have replaced the connection.
    let now = || (server.accepted(), stalls.load(Ordering::SeqCst));
    let is_kept = |connections: u32, stalls_before: u32| {
        let (accepted, stalls) = now();
        let excused = stalls - stalls_before;
        assert!(accepted <= connections + excused, "{accepted} connections, {excused} stalls");
    };
    is_kept(2, 0);
    let (connections, stalls_before) = now();
    assert_eq!(ask(&users, SICK).await, (0, true));
    is_kept(connections, stalls_before);
    let (connections, stalls_before) = now();
    server.becomes(WELL);
    assert!(recovers(&users).await);
    is_kept(connections, stalls_before);
}

#[tokio::test]
async fn a_server_that_answers_long_after_the_deadline_is_connected_to_once_a_second() {
    is_left_in_peace(Manner::Late(DEADLINE * 5), CONNECTIONS_MAX).await;
}

#[tokio::test]
async fn a_server_that_resets_connections_is_connected_to_once_a_second() {
    is_left_in_peace(Manner::Reset, CONNECTIONS_MAX).await;
}

#[tokio::test]
async fn a_server_that_takes_connections_and_says_nothing_is_connected_to_once_a_second() {
    is_left_in_peace(Manner::HalfOpen, CONNECTIONS_MAX).await;
}

#[tokio::test]
async fn a_server_that_refuses_to_answer_is_connected_to_once_a_second() {
    for code in ["LOADING", "BUSY", "READONLY", "NOAUTH", "MASTERDOWN"] {
        is_left_in_peace(Manner::Line(format!("-{code} not now")), CONNECTIONS_MAX).await;
    }
}

#[tokio::test]
async fn an_error_about_one_users_data_makes_no_server_sick() {
    let server = Scripted::start().await;
    let users = RedisUsers::new(&server.url(), DEADLINE).unwrap();
    users.connect().await;
    for code in ["OOM", "WRONGTYPE", "ERR"] {
        server.becomes(Manner::Line(format!("-{code} of this key")));
        for _ in 0..10 {
            assert!(!is_read(&users).await);
        }
        server.becomes(WELL);
        assert!(is_read(&users).await, "{code}");
    }
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn one_answer_that_is_late_marks_no_other() {
    let server = Scripted::start().await;
    let users = RedisUsers::new(&server.url(), DEADLINE).unwrap();
    users.connect().await;
    for _ in 0..5 {
        server.becomes(Manner::Late(DEADLINE * 2));
        assert!(!is_read(&users).await);
        server.becomes(WELL);
        // The late answer comes first, because answers keep the order of the questions.
        sleep(DEADLINE * 2).await;
        assert!(is_read(&users).await);
    }
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn one_moved_from_a_single_server_is_forgotten() {
    let server = Scripted::start().await;
    let users = RedisUsers::new(&server.url(), DEADLINE).unwrap();
    users.connect().await;
    let nowhere = Port::free();
    for manner in [WELL, Manner::Line("-ERR unknown command".to_owned())] {
        server.becomes(Manner::Line(format!("-MOVED 1 127.0.0.1:{}", nowhere.number())));
        assert!(!is_read(&users).await);
        server.becomes(manner);
        sleep(Duration::from_millis(300)).await;
        server.becomes(WELL);
        assert!(recovers(&users).await);
        for _ in 0..5 {
            assert!(is_read(&users).await);
        }
    }
}

#[tokio::test]
async fn a_server_that_says_moved_for_a_while_is_left_in_peace_and_found_again() {
    let nowhere = Scripted::start().await;
    nowhere.becomes(Manner::Reset);
    is_left_in_peace(Manner::Line(format!("-MOVED 1 {}", nowhere.address)), CONNECTIONS_MAX).await;
    assert!(nowhere.accepted() <= CONNECTIONS_MAX, "{}", nowhere.accepted());
}
