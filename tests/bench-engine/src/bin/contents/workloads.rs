//! What is asked of which catalog, and what the user has seen.

use std::hint::black_box;

use lockfill_catalog::Catalog;
use lockfill_decision::{AllocationKind, Inputs, decide};
use lockfill_models::pacing::Gates;
use lockfill_models::query::Query;
use lockfill_models::user_state::UserState;
use lockfill_models::vocabulary::SlotCount;
use lockfill_test_bench_engine::catalogs::Kind as Ads;
use lockfill_test_bench_engine::random::Random;
use lockfill_test_bench_engine::values::{COUNTRIES, phone, read};

use crate::catalogs::{CATEGORIES, Kind, NOW, unit_id};

pub const QUERIES: usize = 32;
/// As many entries as Redis keeps of a user (`dao-redis/src/users.rs`).
const SEEN: usize = 512;

/// What contents are there, which line items beside them, and what is special.
type Described = (&'static str, Kind, Option<Ads>, &'static str);

/// Workloads: name, contents, line items, and what is special.
pub const WORKLOADS: [Described; 9] = [
    ("broad", Kind::Mixed, None, "three interests; half of the contents are for the user"),
    ("narrow", Kind::Mixed, None, "a language that one content of 200 has"),
    ("hard-seen", Kind::Mixed, None, "the user has seen the 512 best, as many as a history holds"),
    ("hard-channel", Kind::OneChannel, None, "one channel owns all contents"),
    ("hard-ties", Kind::OneScore, None, "all contents are equal in score"),
    ("hard-none", Kind::Foreign, None, "no content is for the country of the request"),
    ("lockscreen", Kind::Mixed, Some(Ads::Broad), "contents, and as many line items: three ads of ten slots"),
    ("lockscreen-ads", Kind::Foreign, Some(Ads::Broad), "the same, but no content is for the country"),
    ("lockscreen-none", Kind::Foreign, Some(Ads::Foreign), "the same, and no line item is either"),
];

/// What requests are decided with.
pub struct Workload {
    pub kind: AllocationKind,
    pub queries: Vec<Query>,
    /// What the user of each query has seen.
    pub states: Vec<UserState>,
}

impl Workload {
    pub fn new(name: &str, catalog: &Catalog) -> Self {
        let mut random = Random(7);
        let queries: Vec<Query> = (0..QUERIES).map(|number| query(number, name, &mut random)).collect();
        let is_mixed = name.starts_with("lockscreen");
        let kind = if is_mixed { AllocationKind::Lockscreen } else { AllocationKind::Contents };
        let state = |query| if name == "hard-seen" { seen(catalog, query) } else { UserState::new_user() };
        Self { kind, states: queries.iter().map(state).collect(), queries }
    }

    /// Reads what the user of a query has seen. A request does so right before it decides, so the processor has it at
    /// hand, but the catalog only as far as other work left it there.
    pub fn read_state(&self, number: usize) {
        for (id, seen_at) in &self.states[number].contents {
            black_box((id.bytes().fold(0, u8::wrapping_add), seen_at.0));
        }
    }

    /// The inputs of the query of a number.
    pub fn inputs<'w, 'c: 'w>(
        &'w self,
        number: usize,
        catalog: &'c Catalog,
        gates: &'w Gates,
    ) -> Inputs<'w, 'c> {
        inputs(catalog, &self.queries[number], &self.states[number], gates)
    }
}

fn inputs<'w, 'c: 'w>(
    catalog: &'c Catalog,
    query: &'w Query,
    state: &'w UserState,
    gates: &'w Gates,
) -> Inputs<'w, 'c> {
    let unit = catalog.unit(&unit_id()).expect("the unit");
    Inputs { catalog, unit, query, state, gates, gate_columns: None, now: NOW }
}

/// The history of a user who saw what comes first, slate by slate.
fn seen(catalog: &Catalog, query: &Query) -> UserState {
    let mut state = UserState::new_user();
    let (gates, query) = (Gates::default(), Query { count: SlotCount::new(32), ..query.clone() });
    while state.contents.len() < SEEN {
        let decision = decide(AllocationKind::Contents, &inputs(catalog, &query, &state, &gates), &mut ());
        let before = state.contents.len();
        let ids = decision.slots.iter().map(|slot| (slot.item().id().to_owned(), NOW));
        state.contents.extend(ids.collect::<Vec<_>>());
        if state.contents.len() == before {
            break;
        }
    }
    state
}

fn query(number: usize, workload: &str, random: &mut Random) -> Query {
    let interests = random.some_of(CATEGORIES, 3);
    let country = if workload == "lockscreen-none" { "EG" } else { random.one_of(&COUNTRIES) };
    // Contents have no conditions on what a phone is.
    let phone = if workload.starts_with("lockscreen") { phone(random, NOW) } else { Query::default() };
    Query {
        unit_id: unit_id(),
        user_id: read(&format!("user-{number}")),
        country: Some(read(country)),
        language: Some(read(if workload == "narrow" { "vi" } else { "ko" })),
        interests: interests.into_iter().map(|it| read(&format!("category-{it}"))).collect(),
        count: SlotCount::new(10),
        ..phone
    }
}
