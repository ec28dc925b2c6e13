//! The answer to an allocation request: fixed keys in fixed order, no floating-point number.

use lockfill_decision::Rejection;
use lockfill_decision::{AdSlot, ContentSlot, Explained, Slot};
use lockfill_models::event::EventKind;
use lockfill_models::time::Interval;
use lockfill_services::Allocation;
use serde::Serialize;
use uuid::Uuid;

use super::json_writer::{Form, JsonWriter, part};
use super::links::LinkBase;

/// More than an answer has around its slots.
const HEAD_BYTES: usize = 256;
/// A little more than a slot with usual texts and addresses has. A longer answer takes space in larger pieces.
const SLOT_BYTES: usize = 900;

#[derive(Debug, Serialize)]
struct ExplainedDocument<'a> {
    id: &'a str,
    rule: &'static str,
    wanted: &'a str,
    found: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cap: Option<CapDocument>,
}

#[derive(Debug, Serialize)]
struct CapDocument {
    scope: &'static str,
    window: &'static str,
}

/// The document of an allocation, as JSON.
#[must_use]
pub fn document(allocation: &Allocation<'_>, links: &LinkBase, form: Form) -> Vec<u8> {
    match form {
        Form::Plain => written::<false>(allocation, links),
        Form::Quoted => written::<true>(allocation, links),
    }
}

fn written<const IS_QUOTED: bool>(allocation: &Allocation<'_>, links: &LinkBase) -> Vec<u8> {
    let decision = &allocation.decision;
    let mut json = JsonWriter::<IS_QUOTED>::with_capacity(HEAD_BYTES + decision.slots.len() * SLOT_BYTES);
    json.raw(part!("{\"request_id\":\""));
    json.bare(allocation.request_id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes());
    json.raw(part!("\",\"catalog_version\":"));
    json.number(allocation.catalog_version);
    json.raw(part!(",\"valid_until\":"));
    json.instant(decision.valid_until);
    json.raw(part!(",\"next_request_at\":"));
    json.instant(decision.next_request_at);
    json.raw(part!(",\"slots\":["));
    let tokens = allocation.tokens.as_ref();
    for (index, slot) in decision.slots.iter().enumerate() {
        json.raw(if index == 0 { part!("{\"position\":") } else { part!(",{\"position\":") });
        json.number(index as u64 + 1);
        match slot {
            Slot::Ad(slot) => put_ad(&mut json, slot),
            Slot::Content(slot) => put_content(&mut json, slot),
        }
        if let Some(token) = tokens.and_then(|tokens| tokens.of_slot(index)) {
            put_tracking(&mut json, links, token);
        }
        json.raw(part!("}"));
    }
    json.raw(part!("],\"no_fill_reason\":"));
    match decision.no_fill_reason() {
        Some(reason) => json.text(part!("\""), reason.as_bytes()),
        None => json.raw(part!("null")),
    }
    if let Some(explained) = &allocation.explained {
        json.raw(part!(",\"explain\":"));
        // Structs of strings can always be written.
        json.document(&serde_json::to_string(&explained_by_id(explained)).unwrap_or_default());
        json.raw(part!(",\"explain_rules\":{"));
        for (index, (rule, items)) in decision.rejections.iter().enumerate() {
            json.text(if index == 0 { part!("\"") } else { part!(",\"") }, rule.as_bytes());
            json.raw(part!(":"));
            json.number(items as u64);
        }
        json.raw(part!("}"));
    }
    json.raw(part!("}"));
    json.finish()
}

fn put_ad<const IS_QUOTED: bool>(json: &mut JsonWriter<IS_QUOTED>, slot: &AdSlot<'_>) {
    let AdSlot { line_item, creative, show } = slot;
    let campaign = line_item.campaign();
    let shown = creative.shown_bytes();
    json.id(part!(",\"kind\":\"ad\",\"id\":\""), line_item.id_bytes());
    json.id(part!(",\"campaign_id\":\""), campaign.id_bytes());
    json.id(part!(",\"advertiser_id\":\""), campaign.advertiser().id_bytes());
    json.id(part!(",\"creative\":{\"id\":\""), creative.id_bytes());
    json.text(part!(",\"image_url\":\""), shown.image_url);
    json.text(part!(",\"title\":\""), shown.title);
    json.text(part!(",\"body\":\""), shown.body);
    json.text(part!(",\"call_to_action\":\""), shown.call_to_action);
    json.raw(part!("}"));
    put_show(json, *show);
    json.raw(part!(",\"caps\":["));
    for (index, cap) in line_item.caps().iter().enumerate() {
        json.raw(if index == 0 { part!("{\"window\":\"") } else { part!(",{\"window\":\"") });
        json.bare(cap.window.name().as_bytes());
        json.raw(part!("\",\"limit\":"));
        json.number(cap.limit.into());
        json.raw(part!("}"));
    }
    json.raw(part!("],\"minimum_interval_seconds\":"));
    json.number(line_item.minimum_interval_seconds().into());
}

fn put_content<const IS_QUOTED: bool>(json: &mut JsonWriter<IS_QUOTED>, slot: &ContentSlot<'_>) {
    let ContentSlot { content, show } = slot;
    let [channel_id, title, image_url] = content.shown_bytes();
    json.id(part!(",\"kind\":\"content\",\"id\":\""), content.id_bytes());
    json.id(part!(",\"channel_id\":\""), channel_id);
    json.text(part!(",\"title\":\""), title);
    json.text(part!(",\"image_url\":\""), image_url);
    json.raw(part!(",\"published_at\":"));
    json.instant(content.published_at());
    put_show(json, *show);
}

fn put_show<const IS_QUOTED: bool>(json: &mut JsonWriter<IS_QUOTED>, show: Interval) {
    json.raw(part!(",\"show_from\":"));
    json.instant(show.from);
    json.raw(part!(",\"show_until\":"));
    json.instant(show.until);
}

/// The links. Base, path and token are parts of addresses and hold nothing to escape.
fn put_tracking<const IS_QUOTED: bool>(json: &mut JsonWriter<IS_QUOTED>, links: &LinkBase, token: &[u8]) {
    json.raw(part!(",\"tracking\":{\"impression_url\":\""));
    json.bare(links.before_token(EventKind::Impression).as_bytes());
    json.bare(token);
    json.raw(part!("\",\"click_url\":\""));
    json.bare(links.before_token(EventKind::Click).as_bytes());
    json.bare(token);
    json.raw(part!("\"}"));
}

/// All items in the order of their ids: a client finds one without knowing the order of the catalog.
fn explained_by_id(items: &[Explained]) -> Vec<ExplainedDocument<'_>> {
    let mut documents: Vec<_> = items.iter().map(explained).collect();
    documents.sort_by_key(|document| document.id);
    documents
}

fn explained(explained: &Explained) -> ExplainedDocument<'_> {
    let cap = match explained.rejection {
        Rejection::FrequencyCap(scope, window) => {
            Some(CapDocument { scope: scope.name(), window: window.name() })
        }
        _ => None,
    };
    ExplainedDocument {
        id: &explained.item_id,
        rule: explained.rejection.name(),
        wanted: &explained.finding.wanted,
        found: &explained.finding.found,
        cap,
    }
}
