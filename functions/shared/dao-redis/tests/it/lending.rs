//! What the devices of a user were lent.

use lockfill_dao::{Lending, Loan, LoanStore, Recorded};
use lockfill_dao_redis::RedisUsers;
use redis::AsyncCommands;

use crate::server::Server;
use crate::stories::{ad, at, clicked, patient, seen, user};

const NOW: &str = "2026-11-22T03:00:00Z";
const UNTIL: &str = "2026-11-22T07:00:00Z";
const LOANS: &str = "lockfill:{u}:loans";

async fn ask(users: &RedisUsers, borrower: u64, slots: &[(&str, &str)], now: &str) -> Vec<String> {
    let loan = |(slot, item): &(&str, &str)| Loan {
        slot_key: (*slot).to_owned(),
        until: at(UNTIL),
        line_item_id: (*item).to_owned(),
    };
    let loans = slots.iter().map(loan).collect();
    users.lend(&user("u"), &Lending { borrower, now: at(now), loans, is_noted: true }).await.unwrap()
}

async fn peek(users: &RedisUsers, borrower: u64) -> Vec<String> {
    let lending = Lending { borrower, now: at(NOW), loans: Vec::new(), is_noted: false };
    users.lend(&user("u"), &lending).await.unwrap()
}

async fn fields(server: &Server) -> usize {
    server.look().await.hlen(LOANS).await.unwrap()
}

#[tokio::test]
async fn a_borrower_has_its_last_answer_alone_and_sees_what_others_have() {
    let (server, users) = patient();
    assert!(ask(&users, 1, &[("r1:1", "li-2"), ("r1:2", "li-1")], NOW).await.is_empty());
    assert_eq!(ask(&users, 2, &[("r2:1", "li-3")], NOW).await, ["li-1", "li-2"]);
    assert_eq!(ask(&users, 1, &[("r3:1", "li-1")], NOW).await, ["li-3"]);
    assert_eq!(peek(&users, 2).await, ["li-1"], "the second answer replaces the first");
    assert_eq!(peek(&users, 3).await, ["li-1", "li-3"]);
    assert_eq!(fields(&server).await, 2, "who looks borrows nothing");
}

#[tokio::test]
async fn a_slot_that_is_counted_as_shown_is_lent_no_more() {
    let (_server, users) = patient();
    ask(&users, 1, &[("r1:1", "li-1"), ("r1:2", "li-1")], NOW).await;
    clicked(&users, "r1:2", ad("li-1"), NOW).await;
    assert_eq!(peek(&users, 2).await, ["li-1", "li-1"], "a click shows nothing");
    assert_eq!(seen(&users, "r1:1", ad("li-1"), NOW).await, Recorded::Counted);
    assert_eq!(peek(&users, 2).await, ["li-1"]);
    assert_eq!(seen(&users, "r1:1", ad("li-1"), NOW).await, Recorded::Repeated);
    assert_eq!(peek(&users, 2).await, ["li-1"]);
}

#[tokio::test]
async fn loans_end_with_their_slots_and_the_key_with_the_last_of_them() {
    let (server, users) = patient();
    ask(&users, 1, &[("r1:1", "li-1")], NOW).await;
    let seconds: i64 = server.look().await.ttl(LOANS).await.unwrap();
    assert!((4 * 3_600 - 60..=4 * 3_600).contains(&seconds), "{seconds}");
    assert!(ask(&users, 2, &[], UNTIL).await.is_empty());
    assert_eq!(fields(&server).await, 0, "a key without loans does not exist");
}

#[tokio::test]
async fn invented_devices_do_not_fill_the_key() {
    let (server, users) = patient();
    for borrower in 0..100 {
        let slots: Vec<_> = (0..50).map(|number| format!("r{borrower}:{number}")).collect();
        let slots: Vec<_> = slots.iter().map(|slot| (slot.as_str(), "li-1")).collect();
        let others = ask(&users, borrower, &slots, NOW).await;
        assert!(others.len() <= 7 * 50, "{}", others.len());
    }
    assert_eq!(fields(&server).await, 8 * 50);
}

#[tokio::test]
async fn a_value_that_is_none_is_dropped() {
    let (server, users) = patient();
    let () = server.look().await.hset(LOANS, "r0:1", "nonsense").await.unwrap();
    assert!(ask(&users, 1, &[("r1:1", "li-1")], NOW).await.is_empty());
    assert_eq!(fields(&server).await, 1);
}
