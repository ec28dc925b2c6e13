//! Decisions in `tests/fixtures/decisions`: everything that goes into one, and what must come out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use lockfill_catalog::{Catalog, Unit};
use lockfill_decision::{AllocationKind, Decision, Explained, Inputs, Slot, decide};
use lockfill_models::draw::id_hash;
use lockfill_models::pacing::{Gate, Gates, NEVER_CLOSES};
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::user_state::{Source, UserState};
use serde::Deserialize;
use serde_json::Value;

use crate::catalogs::CatalogReference;
use crate::files::{fixture, json_files, read};
use crate::history::UserStateDocument;
use crate::requests;

/// One decision.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionFixture {
    /// What it proves.
    pub describes: String,
    /// What can be shown.
    pub catalog: CatalogReference,
    kind: Kind,
    /// The body of the request.
    pub request: Value,
    user_state: Option<UserStateDocument>,
    user_state_source: SourceName,
    /// What is held back; left out: nothing.
    #[serde(default)]
    gates: GatesDocument,
    /// When it is decided.
    pub now: EpochSeconds,
    /// What must come out.
    pub expect: Outcome,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Ads,
    Contents,
    Lockscreen,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SourceName {
    Stored,
    Device,
    Unknown,
}

/// The pacing table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "GateRows")]
struct GatesDocument(Gates);

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GateRows {
    spent_campaigns: BTreeSet<String>,
    /// Line items whose goal or budget is spent.
    spent_line_items: BTreeSet<String>,
    open_ppm: BTreeMap<String, u32>,
    /// When gates close by themselves.
    closes_at: BTreeMap<String, EpochSeconds>,
}

impl From<GateRows> for GatesDocument {
    fn from(rows: GateRows) -> Self {
        let GateRows { spent_campaigns, spent_line_items, open_ppm, closes_at } = rows;
        let ids: BTreeSet<_> = open_ppm.keys().chain(closes_at.keys()).chain(&spent_line_items).collect();
        let gate = |id: &String| Gate {
            item_hash: id_hash(id),
            open_ppm: open_ppm.get(id).copied().unwrap_or(1_000_000),
            closes_at: closes_at
                .get(id)
                .map_or(NEVER_CLOSES, |at| u32::try_from(at.0).expect("an epoch second")),
            is_spent: spent_line_items.contains(id),
        };
        let spent_campaigns = spent_campaigns.iter().map(|id| id_hash(id));
        Self(Gates::new(1, EpochSeconds(0), spent_campaigns, ids.into_iter().map(gate)))
    }
}

/// What comes out of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The slots in order.
    pub slots: Vec<OutcomeSlot>,
    /// The rule that kept each other item out.
    pub rejections: BTreeMap<String, String>,
    /// Why there is no slot at all.
    pub no_fill_reason: Option<String>,
}

/// One slot.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "as in the answer to a request")]
pub struct OutcomeSlot {
    pub kind: String,
    pub id: String,
    /// Left out where the creative is not part of the expectation.
    pub creative_id: Option<String>,
    pub show_from: EpochSeconds,
    pub show_until: EpochSeconds,
}

impl DecisionFixture {
    /// Every fixture, by its file.
    #[must_use]
    pub fn all() -> Vec<(PathBuf, Self)> {
        let files = json_files(&fixture("decisions"));
        files.into_iter().map(|path| (path.clone(), Self::read(&path))).collect()
    }

    fn read(path: &Path) -> Self {
        read(path)
    }

    /// Decides, and hands over the decision and why each other item has no slot.
    ///
    /// # Panics
    /// If the fixture is no sound input: a catalog, a request or a unit that would be refused.
    pub fn decide<T>(&self, see: impl FnOnce(&Decision<'_>, Vec<Explained>) -> T) -> T {
        let catalog = self.catalog.compile();
        let query = requests::query(&self.request, self.now).expect("a request that is not refused");
        let unit = catalog.unit(&query.unit_id).expect("a unit of the catalog");
        let state = self.state(&catalog, unit, &query);
        let mut explained = Vec::new();
        let inputs = Inputs {
            catalog: &catalog,
            unit,
            query: &query,
            state: &state,
            gates: &self.gates.0,
            gate_columns: None,
            now: self.now,
        };
        let decision = decide(self.kind(), &inputs, &mut explained);
        see(&decision, explained)
    }

    const fn kind(&self) -> AllocationKind {
        match self.kind {
            Kind::Ads => AllocationKind::Ads,
            Kind::Contents => AllocationKind::Contents,
            Kind::Lockscreen => AllocationKind::Lockscreen,
        }
    }

    fn state(&self, catalog: &Catalog, unit: &Unit, query: &Query) -> UserState {
        let zone = query.time_zone.as_ref().unwrap_or(&unit.time_zone);
        let now = self.now.floor_to_minute();
        let mut state = match self.user_state_source {
            SourceName::Stored => {
                self.user_state.as_ref().map_or_else(UserState::new_user, |state| state.stored(now, zone))
            }
            SourceName::Device | SourceName::Unknown => UserState::default(),
        };
        if let Some(shown) = &query.shown {
            state.add_report(shown, now, zone, |id| {
                let campaign = catalog.line_item(id)?.campaign();
                Some((campaign.id(), campaign.advertiser().id()))
            });
        }
        assert_eq!(state.source, self.user_state_source.source(), "where the history comes from");
        state
    }
}

impl SourceName {
    const fn source(self) -> Source {
        match self {
            Self::Stored => Source::Stored,
            Self::Device => Source::Device,
            Self::Unknown => Source::Unknown,
        }
    }
}

impl Outcome {
    /// What came out.
    #[must_use]
    pub fn of(decision: &Decision<'_>, explained: &[Explained]) -> Self {
        let rejection = |item: &Explained| (item.item_id.clone(), item.rejection.name().to_owned());
        Self {
            slots: decision.slots.iter().map(OutcomeSlot::of).collect(),
            rejections: explained.iter().map(rejection).collect(),
            no_fill_reason: decision.no_fill_reason().map(str::to_owned),
        }
    }

    /// The same, without the creatives that are not part of another outcome.
    #[must_use]
    pub fn as_far_as(mut self, other: &Self) -> Self {
        for (slot, wanted) in self.slots.iter_mut().zip(&other.slots) {
            slot.creative_id = slot.creative_id.take().filter(|_| wanted.creative_id.is_some());
        }
        self
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for OutcomeSlot { kind, id, creative_id, show_from, show_until } in &self.slots {
            let creative_id = creative_id.as_deref().unwrap_or("-");
            writeln!(formatter, "  {kind} {id} {creative_id} {show_from} {show_until}")?;
        }
        let no_fill_reason = self.no_fill_reason.as_deref().unwrap_or("null");
        write!(formatter, "  rejections {:?}\n  no_fill_reason {no_fill_reason}", self.rejections)
    }
}

impl OutcomeSlot {
    fn of(slot: &Slot<'_>) -> Self {
        let (kind, creative_id, show) = match slot {
            Slot::Ad(slot) => ("ad", Some(slot.creative.id().to_owned()), slot.show),
            Slot::Content(slot) => ("content", None, slot.show),
        };
        Self {
            kind: kind.to_owned(),
            id: slot.item().id().to_owned(),
            creative_id,
            show_from: show.from,
            show_until: show.until,
        }
    }
}
