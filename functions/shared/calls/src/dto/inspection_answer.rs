//! The answers to what a person asks about an item or a screen.

use lockfill_catalog::Tier;
use lockfill_decision::inspection::{Check, RankedContent, Standing};
use lockfill_decision::{AdSlot, ContentSlot, Rejection, Slot};
use lockfill_services::{Estimate, Forecast, Outlook, Place, Preview, SlotReason, WhyNot};
use serde_json::{Map, Value, json};

/// The document of a screen.
pub(crate) fn preview(preview: &Preview<'_>) -> Value {
    let Preview { outlook, decision, reasons } = preview;
    let slots = decision.slots.iter().zip(reasons).enumerate().map(|(index, (slot, reason))| {
        let mut document = of_slot(slot);
        document.insert("position".to_owned(), json!(index + 1));
        document.insert("show_from".to_owned(), json!(slot.show().from.to_string()));
        document.insert("show_until".to_owned(), json!(slot.show().until.to_string()));
        document.insert("reason".to_owned(), of_reason(reason));
        Value::Object(document)
    });
    json!({
        "outlook": of_outlook(*outlook),
        "valid_until": decision.valid_until.to_string(),
        "next_request_at": decision.next_request_at.to_string(),
        "no_fill_reason": decision.no_fill_reason(),
        "slots": slots.collect::<Vec<_>>(),
    })
}

/// The document of a question about one item.
pub(crate) fn why_not(answer: &WhyNot<'_>) -> Value {
    let WhyNot { row, campaign_row, withheld, checks, rejection, place, screen, .. } = answer;
    json!({
        "row": row.and_then(raw),
        "campaign_row": campaign_row.and_then(raw),
        "withheld": withheld,
        "checks": checks.iter().map(of_check).collect::<Vec<_>>(),
        "rejection": rejection.map(of_rule),
        "place": place.as_ref().map(of_place),
        "screen": preview(screen),
    })
}

/// The document of what sampled requests say.
pub(crate) fn forecast(answer: &Forecast) -> Value {
    let Forecast { version, row, minutes_read, reach } = answer;
    let rules = reach.rules.iter().map(|(rule, cost)| {
        let (fails, alone) = (estimate(cost.fails), estimate(cost.fails_alone));
        json!({ "rule": rule, "fails": fails, "fails_alone": alone })
    });
    let rivals = reach.rivals.iter().map(|(id, shown)| json!({ "id": id, "shown": estimate(*shown) }));
    json!({
        "version": version,
        "row": row.as_deref().and_then(raw),
        "minutes_read": minutes_read,
        "requests": estimate(reach.requests),
        "fits": estimate(reach.fits),
        "shows": estimate(reach.shows),
        "slots": reach.slot_thousandths / 1_000,
        "impressions": whole(reach.delivery.impressions()),
        "impressions_by_unit": reach.delivery.by_unit.iter().map(|(unit, &count)| (unit.clone(), whole(count))).collect::<Map<_, _>>(),
        "impressions_until_end": reach.delivery.until_end.map(whole),
        "rules": rules.collect::<Vec<_>>(),
        "rivals": rivals.collect::<Vec<_>>(),
    })
}

/// A count of an estimate. No answer has a number with a fraction.
fn whole(count: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of a service")]
    let whole = count.round() as u64;
    json!(whole)
}

fn estimate(estimate: Estimate) -> Value {
    json!({ "samples": estimate.samples, "requests": estimate.thousandths / 1_000 })
}

/// A row as it was published. The reader of rows took it, so it is JSON.
fn raw(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

fn of_outlook(outlook: Outlook) -> Value {
    let Outlook { version, now, are_gates_known } = outlook;
    json!({ "version": version, "now": now.to_string(), "are_gates_known": are_gates_known })
}

fn of_rule(rule: Rejection) -> Value {
    match rule {
        Rejection::FrequencyCap(scope, window) => {
            json!({ "rule": rule.name(), "scope": scope.name(), "window": window.name() })
        }
        Rejection::ContentLanguage => json!({ "rule": "content_language" }),
        _ => json!({ "rule": rule.name() }),
    }
}

fn of_check(check: &Check) -> Value {
    let mut document = of_rule(check.rule);
    if let Value::Object(document) = &mut document {
        document.insert("passes".to_owned(), json!(check.passes));
        if let Rejection::Targeting(_) = check.rule {
            document.insert("is_targeting".to_owned(), json!(true));
        }
        if !check.passes {
            document.insert("wanted".to_owned(), json!(check.finding.wanted));
            document.insert("found".to_owned(), json!(check.finding.found));
        }
        let numbers: Map<_, _> =
            check.numbers.iter().map(|&(name, number)| (name.to_owned(), json!(number))).collect();
        document.insert("numbers".to_owned(), Value::Object(numbers));
    }
    document
}

fn of_place(place: &Place) -> Value {
    let Place { place, of, ecpm_micros, score_ppm } = place;
    json!({ "place": place, "of": of, "ecpm_micros": ecpm_micros, "score_ppm": score_ppm })
}

fn of_slot(slot: &Slot<'_>) -> Map<String, Value> {
    let document = match slot {
        Slot::Ad(AdSlot { line_item, creative, .. }) => json!({
            "kind": "ad",
            "id": line_item.id(),
            "campaign_id": line_item.campaign().id(),
            "creative_id": creative.id(),
            "image_url": creative.image_url(),
            "title": creative.title(),
            "body": creative.body(),
            "call_to_action": creative.call_to_action(),
            "landing_url": creative.landing_url(),
        }),
        Slot::Content(ContentSlot { content, .. }) => json!({
            "kind": "content",
            "id": content.id(),
            "channel_id": content.channel_id(),
            "image_url": content.image_url(),
            "title": content.title(),
            "landing_url": content.landing_url(),
        }),
    };
    match document {
        Value::Object(document) => document,
        _ => Map::new(),
    }
}

fn of_reason(reason: &SlotReason<'_>) -> Value {
    match reason {
        SlotReason::Ad { line_item, ecpm_micros, place: (place, of) } => {
            let (price_micros, currency) = line_item.agreed();
            json!({
                "tier": tier(line_item.tier()),
                "pricing": line_item.pricing(),
                "price_micros": price_micros,
                "currency": String::from_utf8_lossy(currency),
                "ecpm_micros": ecpm_micros,
                "place": place,
                "of": of,
            })
        }
        SlotReason::Content { ranked, place: (place, of) } => {
            let RankedContent { standing, score, .. } = ranked;
            let (standing, pin) = match standing {
                Standing::Pinned(rank) => ("pinned", Some(*rank)),
                Standing::Unseen => ("unseen", None),
                Standing::Seen => ("seen", None),
            };
            json!({
                "standing": standing,
                "pin": pin,
                "score_ppm": score.score_ppm,
                "affinity_ppm": score.affinity_ppm,
                "freshness_ppm": score.freshness_ppm,
                "quality_ppm": score.quality_ppm,
                "place": place,
                "of": of,
            })
        }
        SlotReason::Unranked => Value::Null,
    }
}

const fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Sponsorship => "sponsorship",
        Tier::Standard => "standard",
        Tier::Network => "network",
        Tier::Bulk => "bulk",
        Tier::House => "house",
    }
}
