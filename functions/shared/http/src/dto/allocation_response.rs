//! The answer to an allocation request: fixed keys in fixed order, no floating-point number.

use lockfill_catalog::Caps;
use lockfill_decision::Rejection;
use lockfill_decision::{AdSlot, ContentSlot, Explained, Slot};
use lockfill_models::event::EventKind;
use lockfill_models::time::EpochSeconds;
use lockfill_services::Allocation;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::links::{EventUrl, LinkBase};

/// The document.
#[derive(Debug, Serialize)]
pub struct AllocationDocument<'a> {
    request_id: Uuid,
    catalog_version: u64,
    valid_until: EpochSeconds,
    next_request_at: EpochSeconds,
    slots: SlotDocuments<'a>,
    no_fill_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Vec<ExplainedDocument<'a>>>,
}

/// The slots, each of which is made where it is written.
#[derive(Debug)]
struct SlotDocuments<'a> {
    slots: &'a [Slot<'a>],
    /// One for each slot; `None` while debugging.
    tokens: Option<&'a [String]>,
    links: &'a LinkBase,
}

impl Serialize for SlotDocuments<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.slots.iter().enumerate().map(|(index, slot)| SlotDocument {
            position: index + 1,
            held: held(slot),
            tracking: self.tokens.and_then(|tokens| tokens.get(index)).map(|token| TrackingDocument {
                impression_url: self.links.event_url(EventKind::Impression, token),
                click_url: self.links.event_url(EventKind::Click, token),
            }),
        }))
    }
}

#[derive(Debug, Serialize)]
struct SlotDocument<'a> {
    position: usize,
    #[serde(flatten)]
    held: HeldDocument<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking: Option<TrackingDocument<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum HeldDocument<'a> {
    Ad(AdDocument<'a>),
    Content(ContentDocument<'a>),
}

#[derive(Debug, Serialize)]
struct AdDocument<'a> {
    id: &'a str,
    campaign_id: &'a str,
    advertiser_id: &'a str,
    creative: CreativeDocument<'a>,
    show_from: EpochSeconds,
    show_until: EpochSeconds,
    caps: Caps<'a>,
    minimum_interval_seconds: u32,
}

#[derive(Debug, Serialize)]
struct CreativeDocument<'a> {
    id: &'a str,
    image_url: &'a str,
    title: &'a str,
    body: &'a str,
    call_to_action: &'a str,
}

#[derive(Debug, Serialize)]
struct ContentDocument<'a> {
    id: &'a str,
    channel_id: &'a str,
    title: &'a str,
    image_url: &'a str,
    published_at: EpochSeconds,
    show_from: EpochSeconds,
    show_until: EpochSeconds,
}

#[derive(Debug, Serialize)]
struct TrackingDocument<'a> {
    impression_url: EventUrl<'a>,
    click_url: EventUrl<'a>,
}

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

/// The document of an allocation.
#[must_use]
pub fn present<'a>(allocation: &'a Allocation<'_>, links: &'a LinkBase) -> AllocationDocument<'a> {
    let decision = &allocation.decision;
    AllocationDocument {
        request_id: allocation.request_id,
        catalog_version: allocation.catalog_version,
        valid_until: decision.valid_until,
        next_request_at: decision.next_request_at,
        slots: SlotDocuments { slots: &decision.slots, tokens: allocation.tokens.as_deref(), links },
        no_fill_reason: decision.no_fill_reason(),
        explain: allocation.explained.as_deref().map(explained_by_id),
    }
}

fn held<'a>(slot: &Slot<'a>) -> HeldDocument<'a> {
    match slot {
        Slot::Ad(slot) => HeldDocument::Ad(ad(slot)),
        Slot::Content(slot) => HeldDocument::Content(content(slot)),
    }
}

fn ad<'a>(slot: &AdSlot<'a>) -> AdDocument<'a> {
    let AdSlot { line_item, creative, show } = slot;
    AdDocument {
        id: line_item.id(),
        campaign_id: line_item.campaign().id(),
        advertiser_id: line_item.campaign().advertiser().id(),
        creative: CreativeDocument {
            id: creative.id(),
            image_url: creative.image_url(),
            title: creative.title(),
            body: creative.body(),
            call_to_action: creative.call_to_action(),
        },
        show_from: show.from,
        show_until: show.until,
        caps: line_item.caps(),
        minimum_interval_seconds: line_item.minimum_interval_seconds(),
    }
}

fn content<'a>(slot: &ContentSlot<'a>) -> ContentDocument<'a> {
    let ContentSlot { content, show } = slot;
    ContentDocument {
        id: content.id(),
        channel_id: content.channel_id(),
        title: content.title(),
        image_url: content.image_url(),
        published_at: content.published_at(),
        show_from: show.from,
        show_until: show.until,
    }
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
