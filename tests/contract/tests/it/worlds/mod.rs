//! Worlds to decide in, at random: small catalogs in which everything collides with everything, so that
//! every rule has something to do.

mod catalogs;
mod conditions;
mod gates;
mod histories;
mod narrowing;
mod pools;
mod queries;

use lockfill_catalog::compile::compile;
use lockfill_catalog::rows::{CatalogRows, ContentRow};
use lockfill_catalog::targeting::SetCondition;
use lockfill_catalog::{Catalog, Unit, test_util};
use lockfill_decision::{
    AllocationKind, Decision, Explained, GateColumns, Inputs, Observer, Survey, decide, survey,
};
use lockfill_models::pacing::Gates;
use lockfill_models::query::Query;
use lockfill_models::time::EpochSeconds;
use lockfill_models::user_state::{Source, UserState};
use lockfill_models::vocabulary::{Country, Identifier, Language, ShortText, SlotCount, Version, Vocabulary};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub(crate) use conditions::{Conditions, condition, conditions, fields};
pub(crate) use queries::query;

use gates::gates;

/// The most line items of a crowd.
const CROWD: usize = 150;
/// The most contents of a throng.
const THRONG: usize = 200;

/// Everything that goes into one decision.
#[derive(Debug, Clone)]
pub(crate) struct World {
    kind: AllocationKind,
    rows: CatalogRows,
    pub(crate) query: Query,
    pub(crate) state: UserState,
    gates: Gates,
    /// Of which time the gates are at hand as columns, if they are.
    columns_of: Option<EpochSeconds>,
    pub(crate) now: EpochSeconds,
}

/// A world's catalog, compiled.
pub(crate) struct Stage<'w> {
    pub(crate) world: &'w World,
    pub(crate) catalog: Catalog,
}

impl World {
    /// The same world without the user's history.
    pub(crate) fn forgetful(self) -> Self {
        Self { state: UserState { source: Source::Unknown, ..UserState::default() }, ..self }
    }

    /// The same world, asked for another allocation.
    pub(crate) fn asked_for(self, kind: AllocationKind) -> Self {
        Self { kind, ..self }
    }

    /// The same world with a unit of another ad ratio.
    pub(crate) fn with_ad_ratio(mut self, ad_ratio_ppm: u32) -> Self {
        for unit in &mut self.rows.units {
            unit.mix.ad_ratio_ppm = ad_ratio_ppm;
        }
        self
    }

    /// The same world, asked for a lock screen.
    pub(crate) fn mixed(self) -> Self {
        self.asked_for(AllocationKind::Lockscreen)
    }

    /// The same world with each content many times, the copies published one after the other.
    pub(crate) fn with_copies(mut self, copies: i64) -> Self {
        let copy = |row: &ContentRow, number: i64| ContentRow {
            id: Identifier::read(&format!("{}-{number}", &*row.id)).unwrap(),
            published_at: row.published_at.plus_seconds(-number * 37),
            ..row.clone()
        };
        let copies =
            self.rows.contents.iter().flat_map(|row| (1..copies).map(move |number| copy(row, number)));
        let copies: Vec<_> = copies.collect();
        self.rows.contents.extend(copies);
        self
    }

    pub(crate) fn stage(&self) -> Stage<'_> {
        Stage { world: self, catalog: test_util::open(1, self.rows.clone()).unwrap() }
    }

    /// The bytes of the world's compiled catalog.
    pub(crate) fn blob(&self) -> Vec<u8> {
        compile(1, self.rows.clone()).unwrap().into_blob().as_bytes().to_vec()
    }
}

impl Stage<'_> {
    pub(crate) fn unit(&self) -> &Unit {
        self.catalog.unit(&self.world.query.unit_id).unwrap()
    }

    pub(crate) fn is_of(&self, kind: AllocationKind) -> bool {
        self.world.kind == kind
    }

    pub(crate) fn decide_at(&self, now: EpochSeconds, observer: &mut impl Observer) -> Decision<'_> {
        self.with_inputs(now, |kind, inputs| decide(kind, inputs, observer))
    }

    pub(crate) fn survey(&self) -> Survey {
        self.with_inputs(self.world.now, survey)
    }

    fn with_inputs<'s, T>(
        &'s self,
        now: EpochSeconds,
        then: impl FnOnce(AllocationKind, &Inputs<'_, 's>) -> T,
    ) -> T {
        let World { kind, query, state, gates, .. } = self.world;
        let columns = self.world.columns_of.map(|of| GateColumns::new(&self.catalog, gates, of));
        let inputs = Inputs {
            catalog: &self.catalog,
            unit: self.unit(),
            query,
            state,
            gates,
            gate_columns: columns.as_ref(),
            now,
        };
        then(*kind, &inputs)
    }

    pub(crate) fn decide(&self) -> Decision<'_> {
        self.decide_at(self.world.now, &mut ())
    }

    pub(crate) fn explain(&self) -> (Decision<'_>, Vec<Explained>) {
        let mut explained = Vec::new();
        let decision = self.decide_at(self.world.now, &mut explained);
        (decision, explained)
    }
}

/// Any world.
pub(crate) fn world() -> impl Strategy<Value = World> {
    let kinds = [AllocationKind::Ads, AllocationKind::Contents, AllocationKind::Lockscreen];
    let now = (pools::now(), prop::sample::select(kinds.to_vec()));
    now.prop_flat_map(|(now, kind)| {
        let parts = (catalogs::rows(now), query(), histories::state(now), gates(now));
        parts.prop_map(move |(rows, query, state, (gates, columns_of))| World {
            kind,
            rows,
            query,
            state,
            gates,
            columns_of,
            now,
        })
    })
}

/// Worlds with more line items than a word has bits, more values of a dimension than an index tells apart,
/// conditions on segments, and few prices, so that many line items are equal in tier and eCPM.
pub(crate) fn crowd() -> impl Strategy<Value = World> {
    let codes = || (0_u8..4, 0_u8..26).prop_map(|(first, second)| code(first, second));
    let versions =
        || (0_u16..8, 0_u16..8).prop_map(|(major, minor)| Version::from_parts([major, minor, 0, 0]));
    let country = prop_oneof![2 => Just(None), 2 => codes().prop_map(|code| Some((code, true))), 1 => codes().prop_map(|code| Some((code, false)))];
    let version = option::weighted(0.3, versions());
    let narrow = vec((country, version, option::weighted(0.3, segments())), CROWD);
    let said = (option::weighted(0.8, codes()), option::weighted(0.8, versions()), vec(segment(), 0..6));
    (world(), pools::now(), said, narrow).prop_flat_map(
        |(world, now, (country, os_version, segments), narrow)| {
            let rows = catalogs::rows_with(CROWD, now);
            (rows, histories::state(now)).prop_map(move |(mut rows, state)| {
                for (item, (country, version, segments)) in rows.line_items.iter_mut().zip(&narrow) {
                    if let Some((code, is_allowed)) = country {
                        let countries = &mut item.targeting.countries;
                        let list = if *is_allowed { &mut countries.allow } else { &mut countries.deny };
                        list.push(code.clone());
                    }
                    item.targeting.os_versions.min = item.targeting.os_versions.min.or(*version);
                    if let Some(segments) = segments {
                        item.targeting.segments = segments.clone();
                    }
                }
                let mut query = world.query.clone();
                query.country = country.clone().or(query.country);
                query.os_version = os_version.or(query.os_version);
                query.segments.clone_from(&segments);
                World { rows, query, state, now, ..world.clone() }
            })
        },
    )
}

fn segment() -> impl Strategy<Value = ShortText> {
    (0..20).prop_map(|number| ShortText::read(&format!("s-{number}")).unwrap())
}

/// Most conditions on segments want one of some, a few refuse some, and very few want all of some.
fn segments() -> impl Strategy<Value = SetCondition> {
    let few = |length_max: usize| vec(segment(), 0..=length_max);
    let any = prop_oneof![1 => Just(Vec::new()), 3 => few(8)];
    let none = prop_oneof![3 => Just(Vec::new()), 1 => few(2)];
    let all = prop_oneof![9 => Just(Vec::new()), 1 => few(2)];
    (any, all, none).prop_map(|(any, all, none)| SetCondition { any, all, none })
}

/// Worlds with more contents than a word has bits, in few and in many categories and languages, with conditions on
/// segments.
pub(crate) fn throng() -> impl Strategy<Value = World> {
    let interests = vec(
        prop_oneof![
            select(vec!["news", "food", "cars"]).prop_map(str::to_owned),
            (0..30).prop_map(|it| format!("rare-{it}"))
        ],
        0..6,
    );
    let blocked = prop_oneof![3 => Just(vec![]), 1 => vec((0..30).prop_map(|it| format!("rare-{it}")), 0..4)];
    let language = option::of(select(vec!["ko", "ko", "en", "ja", "fr", "xx"]));
    let seen = prop_oneof![
        2 => vec(0..THRONG, 0..4),
        1 => vec(0..THRONG, 0..THRONG * 3),
    ];
    let listed = (vec(option::weighted(0.3, segments()), THRONG), vec(segment(), 0..6));
    (world(), pools::now(), interests, blocked, language, seen, listed).prop_flat_map(
        |(world, now, interests, blocked, language, seen, (narrow, segments))| {
            catalogs::throng(THRONG, now).prop_map(move |contents| {
                let World { mut rows, mut query, mut state, .. } = world.clone();
                rows.contents = contents;
                for (content, segments) in rows.contents.iter_mut().zip(&narrow) {
                    if let Some(segments) = segments {
                        content.targeting.segments = segments.clone();
                    }
                }
                query.segments.clone_from(&segments);
                for unit in &mut rows.units {
                    unit.blocked_categories.extend(blocked.clone());
                }
                query.interests = interests.iter().map(|it| ShortText::read(it).unwrap()).collect();
                query.language = language.map(|it| Language::read(it).unwrap());
                query.count = query.count.and(SlotCount::new(11)).or(query.count);
                state.contents = seen.iter().map(|number| (format!("ct-{number}"), now)).collect();
                World { rows, query, state, now, ..world.clone() }
            })
        },
    )
}

fn code(first: u8, second: u8) -> Country {
    let text = [b'A' + first, b'A' + second].map(char::from).iter().collect::<String>();
    Country::read(&text).unwrap()
}
