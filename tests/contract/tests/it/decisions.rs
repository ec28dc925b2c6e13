//! Every decision in `tests/fixtures/decisions` comes out as its file says.

use lockfill_decision::{Decision, Explained};
use lockfill_http::LinkBase;
use lockfill_http::dto::allocation_response::document;
use lockfill_http::dto::json_writer::Form;
use lockfill_services::Allocation;
use lockfill_test_contract::decisions::{DecisionFixture, Outcome};
use serde_json::Value;

use crate::support::Schema;

#[test]
fn every_decision_comes_out_as_its_file_says() {
    let fixtures = DecisionFixture::all();
    assert!(fixtures.len() >= 40, "only {} fixtures were found", fixtures.len());
    let mut wrong = Vec::new();
    for (path, fixture) in fixtures {
        let found = fixture.decide(|decision, explained| Outcome::of(decision, &explained));
        let found = found.as_far_as(&fixture.expect);
        if found != fixture.expect {
            let (name, describes, expect) = (path.display(), &fixture.describes, &fixture.expect);
            wrong.push(format!("{name}\n{describes}\nexpected\n{expect}\nfound\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn every_decision_is_answered_in_the_form_of_the_schema() {
    let schema = Schema::of("allocation-response");
    for (path, fixture) in DecisionFixture::all() {
        fixture.decide(|decision, explained| {
            let name = path.display().to_string();
            schema.check(&name, &answer(decision, true, None));
            schema.check(&name, &answer(decision, false, Some(explained)));
        });
    }
}

#[test]
fn every_item_of_a_decision_has_one_slot_or_one_reason() {
    for (path, fixture) in DecisionFixture::all() {
        fixture.decide(|_, explained| {
            let mut items: Vec<_> = explained.iter().map(|item| &item.item_id).collect();
            items.sort();
            items.dedup();
            assert_eq!(items.len(), explained.len(), "{}: {explained:?}", path.display());
        });
    }
}

fn answer(decision: &Decision<'_>, is_tracked: bool, explained: Option<Vec<Explained>>) -> Value {
    let allocation = Allocation {
        origins: &[],
        request_id: "019ab0c4-0000-7000-8000-000000000000".parse().unwrap(),
        catalog_version: 1,
        decision: decision.clone(),
        tokens: is_tracked.then(|| decision.slots.iter().map(|_| "TOKEN").collect()),
        explained,
        is_user_state_missing: false,
        is_catalog_stale: false,
        gates_version: None,
        are_gates_stale: false,
    };
    let links = LinkBase::parse("https://t.example").unwrap();
    let [plain, quoted] = [Form::Plain, Form::Quoted]
        .map(|form| String::from_utf8(document(&allocation, &links, form)).unwrap());
    assert_eq!(serde_json::to_string(&plain).unwrap(), format!("\"{quoted}\""));
    serde_json::from_str(&plain).unwrap()
}
