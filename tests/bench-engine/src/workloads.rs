//! What is asked of which catalog, with what history and which gates.

use std::collections::HashMap;

use lockfill_catalog::{Catalog, LineItem};
use lockfill_decision::GateColumns;
use lockfill_models::draw::id_hash;
use lockfill_models::pacing::{Gate, Gates, NEVER_CLOSES};
use lockfill_models::query::Query;
use lockfill_models::time::{Buckets, EpochSeconds};
use lockfill_models::user_state::{History, UserState};
use lockfill_models::vocabulary::SlotCount;

use crate::catalogs::{Kind, NOW, unit_id};
use crate::random::Random;
use crate::values::{COUNTRIES, LANGUAGES, phone, read};

const QUERIES: usize = 32;
/// Line items on which caps are exhausted.
const EXHAUSTED: usize = 1_000;

/// Workloads: name, catalog, and what is special.
pub const WORKLOADS: [(&str, Kind, &str); 8] = [
    ("broad", Kind::Broad, "each condition admits half of the requests or more"),
    ("narrow", Kind::Narrow, "each condition admits a few percent of the requests"),
    ("hard-gates", Kind::Broad, "1 % of pacing gates is open"),
    ("hard-advertiser", Kind::Advertiser, "one advertiser owns the first 10 % and may have two slots"),
    ("hard-caps", Kind::Broad, "caps are exhausted on the first 1,000 line items"),
    ("hard-ties", Kind::Ties, "half of all line items are equal in tier and eCPM, and first"),
    ("hard-none", Kind::Foreign, "the requests are from countries that no line item is for"),
    ("hard-closed", Kind::Broad, "all pacing gates are closed, so that all rules before pacing are passed"),
];

/// What requests are decided with.
pub struct Workload {
    pub queries: Vec<Query>,
    pub state: UserState,
    pub gates: Gates,
    pub columns: Option<GateColumns>,
    /// Whether the gate of each line item is open.
    pub is_open: Option<Vec<bool>>,
}

impl Workload {
    pub fn new(name: &str, catalog: &Catalog) -> Self {
        let mut random = Random(7);
        let mut workload = Self {
            queries: (0..QUERIES).map(|number| query(number, name == "hard-none", &mut random)).collect(),
            state: UserState::new_user(),
            gates: Gates::default(),
            columns: None,
            is_open: None,
        };
        if name == "hard-gates" || name == "hard-closed" {
            let is_open: Vec<bool> =
                catalog.line_items().map(|_| name == "hard-gates" && random.percent(1)).collect();
            let closed = catalog.line_items().zip(&is_open).filter(|(_, is_open)| !**is_open);
            let gate = |(item, _): (LineItem<'_>, _)| Gate {
                item_hash: id_hash(item.id()),
                open_ppm: 0,
                closes_at: NEVER_CLOSES,
                is_spent: false,
            };
            workload.gates = Gates::new(1, NOW, [], closed.map(gate));
            workload.columns = Some(GateColumns::new(catalog, &workload.gates, NOW));
            workload.is_open = Some(is_open);
        }
        if name == "hard-caps" {
            let zone = &catalog.unit(&unit_id()).expect("the unit").time_zone;
            let mut history = History::once(NOW, &Buckets::at(NOW, zone));
            history.day.count = 3;
            history.last_shown_at = EpochSeconds(NOW.0 - 600);
            workload.state.line_items = catalog
                .line_items()
                .take(EXHAUSTED)
                .map(|item| (item.id().to_owned(), history))
                .collect::<HashMap<_, _>>();
        }
        workload
    }
}

fn query(number: usize, is_foreign: bool, random: &mut Random) -> Query {
    let country = if is_foreign { "ZA" } else { random.one_of(&COUNTRIES) };
    Query {
        unit_id: unit_id(),
        user_id: read(&format!("user-{number}")),
        country: Some(read(country)),
        language: Some(read(random.one_of(&LANGUAGES))),
        count: SlotCount::new(10),
        ..phone(random, NOW)
    }
}
