//! Tables of gates hold allocations back, and trouble with them never fails one.

use lockfill_dao::{GatesWriter, GatesWritten};
use lockfill_models::draw::id_hash;
use lockfill_models::pacing::{Gate, Gates, NEVER_CLOSES};
use lockfill_models::time::EpochSeconds;
use serde_json::Value;

use crate::support::{Answer, DEBUG_TOKEN, LOCKSCREEN, World, payload};

const ASKED: &str = "unit_id=u-1&user_id=u1&country=KR&count=10";
/// The minute of the world's beginning.
const MINUTE: i64 = 29_922_300;

fn closed(id: &str) -> Gate {
    Gate { item_hash: id_hash(id), open_ppm: 0, closes_at: NEVER_CLOSES, is_spent: false }
}

async fn write(world: &World, version: u64, spent: &[&str], items: &[Gate]) {
    let made_at = EpochSeconds(i64::try_from(version).unwrap() * 60);
    let spent = spent.iter().map(|id| id_hash(id));
    let gates = Gates::new(version, made_at, spent, items.iter().copied());
    assert_eq!(world.gates.write(&gates).await.unwrap(), GatesWritten::Newest);
}

fn version(minutes: i64) -> u64 {
    (MINUTE + minutes).unsigned_abs()
}

/// Two answers: the first one begins to read a newer table, and the second one has it.
async fn ask_again(world: &World) -> Answer {
    world.get(ASKED).await;
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    world.get(ASKED).await
}

fn ads(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status(), 200, "{}", answer.json);
    answer.ids().into_iter().filter(|id| id.starts_with("li-")).collect()
}

#[tokio::test]
async fn without_a_table_every_gate_is_open_and_no_header_names_one() {
    let world = World::new();
    let answer = ask_again(&world).await;
    assert_eq!(ads(&answer), ["li-1", "li-2"]);
    assert_eq!((answer.header("x-lockfill-gates"), answer.header("x-lockfill-degraded")), (None, None));
}

#[tokio::test]
async fn a_table_holds_back_from_the_second_after_it_was_written_and_is_named() {
    let world = World::new();
    write(&world, version(0), &[], &[closed("li-1")]).await;
    let first = version(0).to_string();
    world.warm().await;
    let answer = world.get(ASKED).await;
    assert_eq!((ads(&answer), answer.header("x-lockfill-gates")), (vec!["li-2"], Some(&*first)));
    assert_eq!(answer.header("x-lockfill-degraded"), None);
    write(&world, version(1), &["c-1"], &[]).await;
    world.advance(1);
    let answer = ask_again(&world).await;
    assert!(ads(&answer).is_empty(), "{}", answer.json);
    assert_eq!(answer.header("x-lockfill-gates"), Some(&*version(1).to_string()));
    world.advance(60);
    write(&world, version(2), &[], &[]).await;
    let answer = ask_again(&world).await;
    assert_eq!(ads(&answer), ["li-1", "li-2"]);
    assert_eq!(answer.header("x-lockfill-gates"), Some(&*version(2).to_string()));
}

#[tokio::test]
async fn a_table_that_cannot_be_read_any_more_goes_on_and_what_is_open_closes_by_itself() {
    let world = World::new();
    let closes_at = u32::try_from(version(10) * 60).unwrap();
    let closing = Gate { item_hash: id_hash("li-2"), open_ppm: 1_000_000, closes_at, is_spent: false };
    write(&world, version(0), &[], &[closed("li-1"), closing]).await;
    world.warm().await;
    world.gates.set_down(true);
    for (seconds, expected) in [(30, vec!["li-2"]), (539, vec!["li-2"]), (1, vec![]), (86_400, vec![])] {
        world.advance(seconds);
        let answer = ask_again(&world).await;
        assert_eq!(ads(&answer), expected, "{seconds}");
        let headers = (answer.header("x-lockfill-gates"), answer.header("x-lockfill-degraded"));
        assert_eq!(headers, (Some(&*version(0).to_string()), Some("gates")));
    }
    world.gates.set_down(false);
    world.advance(1);
    write(&world, version(1_500), &[], &[]).await;
    let answer = ask_again(&world).await;
    assert_eq!((ads(&answer).len(), answer.header("x-lockfill-degraded")), (2, None));
}

#[tokio::test]
async fn an_environment_that_never_read_a_table_serves_and_says_so() {
    let world = World::new();
    write(&world, version(0), &["c-1"], &[]).await;
    world.gates.set_down(true);
    world.warm().await;
    let answer = ask_again(&world).await;
    assert_eq!(ads(&answer), ["li-1", "li-2"]);
    assert_eq!(
        (answer.header("x-lockfill-gates"), answer.header("x-lockfill-degraded")),
        (None, Some("gates"))
    );
    world.gates.set_down(false);
    world.advance(1);
    let answer = ask_again(&world).await;
    assert!(ads(&answer).is_empty());
    assert_eq!(answer.header("x-lockfill-degraded"), None);
}

#[tokio::test]
async fn a_newer_table_that_cannot_be_read_leaves_the_one_before_and_marks_it() {
    let world = World::new();
    write(&world, version(0), &[], &[closed("li-1")]).await;
    world.warm().await;
    world.gates.break_version(version(1));
    world.advance(1);
    let answer = ask_again(&world).await;
    assert_eq!(ads(&answer), ["li-2"]);
    let headers = (answer.header("x-lockfill-gates"), answer.header("x-lockfill-degraded"));
    assert_eq!(headers, (Some(&*version(0).to_string()), Some("gates")));
}

#[tokio::test]
async fn a_new_catalog_is_held_back_by_the_same_table() {
    let world = World::new();
    write(&world, version(0), &[], &[closed("li-1")]).await;
    world.warm().await;
    assert_eq!(ads(&world.get(ASKED).await), ["li-2"]);
    let mut rows = crate::support::rows();
    rows["line_items"].as_array_mut().unwrap().reverse();
    rows["line_items"][0]["id"] = "li-0".into();
    rows["creatives"][1]["line_item_id"] = "li-0".into();
    world.publish(2, rows);
    world.advance(1);
    world.serves(2).await;
    assert_eq!(ads(&world.get(ASKED).await), ["li-0"]);
}

#[tokio::test]
async fn explain_says_whether_a_budget_is_spent_and_how_far_a_gate_is_open() {
    let found = async |spent: &[&str], items: &[Gate]| {
        let world = World::new();
        write(&world, version(0), spent, items).await;
        world.warm().await;
        let bearer = format!("Bearer {DEBUG_TOKEN}");
        let query = format!("{ASKED}&explain=1");
        let answer = world.allocate(&payload("GET", LOCKSCREEN, &query, &[("authorization", &bearer)])).await;
        let explained = answer.json["explain"].as_array().unwrap().iter();
        let of_item = |item: &&Value| item["id"] == "li-1";
        let item = explained.clone().find(of_item).unwrap_or_else(|| panic!("{}", answer.json)).clone();
        format!("{} / {} / {}", item["rule"], item["wanted"], item["found"]).replace('"', "")
    };
    assert_eq!(found(&["c-1"], &[]).await, "budget / budget left / the budget of campaign c-1 is spent");
    let spent = Gate { is_spent: true, ..closed("li-1") };
    assert_eq!(
        found(&[], &[spent]).await,
        "budget / budget or goal left / the goal or budget of the line item is spent"
    );
    assert_eq!(found(&[], &[closed("li-1")]).await, "pacing / an open gate / one that is closed for now");
    let nearly = Gate { open_ppm: 1, ..closed("li-1") };
    let text = found(&[], &[nearly]).await;
    assert!(text.starts_with("pacing / a draw below 1 of 1000000"), "{text}");
    let over = Gate { open_ppm: 1_000_000, closes_at: 60, ..closed("li-1") };
    let text = found(&[], &[over]).await;
    assert_eq!(
        text,
        "pacing / an open gate / one that closed at 1970-01-01T00:01:00Z, because no newer table came"
    );
}
