//! The subject `dense`: columns of bits over all contents, a score for each match, one sort.

use std::cmp::Reverse;

use lockfill_catalog::index::{ContentsIndex, Members};
use lockfill_catalog::targeting::{Field, Point, UserAge};
use lockfill_decision::Context;
use lockfill_models::draw::Purpose;

const FRESHNESS: [(i64, u64); 8] = [
    (1, 1_000_000),
    (3, 950_000),
    (6, 900_000),
    (12, 800_000),
    (24, 650_000),
    (48, 450_000),
    (96, 250_000),
    (168, 120_000),
];

/// Whether it was seen, and the score.
type Rank = (bool, Reverse<u64>);

/// The contents of a slate. The catalogs have conditions on countries alone, and no pinned contents.
pub fn slate(context: &Context<'_, '_>, index: &ContentsIndex<'_>) -> Vec<u32> {
    let mut ranked = ranked(context, index);
    ranked.sort_unstable();
    place(&ranked, context, index)
}

fn ranked(context: &Context<'_, '_>, index: &ContentsIndex<'_>) -> Vec<(Rank, u32)> {
    let (query, catalog) = (context.inputs.query, context.inputs.catalog);
    let left = matches(context, index);
    let interests: Vec<_> = query.interests.iter().filter_map(|it| index.category(it)).collect();
    let (starts, ends) = index.flights();
    let (from, until) = (context.slate.from.0, context.slate.until.0);
    let has_seen = !context.inputs.state.contents.is_empty();
    let mut ranked = Vec::new();
    for (word, mut rest) in (0_u32..).zip(left) {
        while rest != 0 {
            let item = word * 64 + rest.trailing_zeros();
            rest &= rest - 1;
            let place = item as usize;
            if i64::from(starts[place]) >= until || i64::from(ends[place]) <= from {
                continue;
            }
            let common = interests.iter().filter(|members| is_in(**members, item)).count() as u64;
            let affinity = (250_000 + 250_000 * common).min(1_000_000);
            let age_hours = (from - i64::from(starts[place])).div_euclid(3_600);
            let freshness = FRESHNESS.iter().find(|row| age_hours < row.0).map_or(50_000, |row| row.1);
            let quality = u64::from(index.qualities()[place]);
            let score = affinity * freshness / 1_000_000 * quality / 1_000_000;
            let id = || catalog.content_at(item).map_or("", |content| content.id());
            let is_seen = has_seen && context.inputs.state.contents.contains_key(id());
            ranked.push(((is_seen, Reverse(score)), item));
        }
    }
    ranked
}

/// The contents in all columns.
fn matches(context: &Context<'_, '_>, index: &ContentsIndex<'_>) -> Vec<u64> {
    let mut left = vec![u64::MAX; index.words()];
    if let Some(last) = left.last_mut().filter(|_| !index.items().is_multiple_of(64)) {
        *last = (1 << (index.items() % 64)) - 1;
    }
    let mut keep = |column: &[u64]| left.iter_mut().zip(column).for_each(|(left, word)| *left &= word);
    let country = context.inputs.query.country.as_deref().map_or(Point::Absent, Point::Text);
    let age = context.subject().user_age.map(UserAge::name).map_or(Point::Absent, Point::Text);
    for (field, point) in [(Field::countries, country), (Field::user_age, age)] {
        index.select(field, point).column.into_iter().for_each(&mut keep);
    }
    index.rated_up_to(context.inputs.unit.content_rating).into_iter().for_each(&mut keep);
    let column = |members: Option<Members<'_>>, is_in: bool| {
        let mut made = vec![0; index.words()];
        match members {
            None => {}
            Some(Members::All) => made.fill(u64::MAX),
            Some(Members::Column(column)) => made.copy_from_slice(column),
            Some(Members::Listed(items)) => {
                for &item in items {
                    made[item as usize / 64] |= 1 << (item % 64);
                }
            }
        }
        if !is_in {
            for word in &mut made {
                *word = !*word;
            }
        }
        made
    };
    keep(&column(index.language(context.content_language()), true));
    for category in &context.inputs.unit.blocked_categories {
        keep(&column(index.category(category), false));
    }
    left
}

fn is_in(members: Members<'_>, item: u32) -> bool {
    match members {
        Members::All => true,
        Members::Column(column) => column[item as usize / 64] >> (item % 64) & 1 == 1,
        Members::Listed(items) => items.binary_search(&item).is_ok(),
    }
}

/// Places contents, and draws only for the groups of equal score that are reached.
fn place(ranked: &[(Rank, u32)], context: &Context<'_, '_>, index: &ContentsIndex<'_>) -> Vec<u32> {
    let channels = index.channels();
    let draws = context.draws(Purpose::ContentOrder);
    let mut slots: Vec<u32> = Vec::with_capacity(context.count);
    for standing in ranked.chunk_by(|one, other| one.0.0 == other.0.0) {
        let mut groups = standing.chunk_by(|one, other| one.0 == other.0);
        let mut open: Vec<u32> = Vec::new();
        while slots.len() < context.count {
            let last = slots.last().map(|&item| channels[item as usize]);
            let mut next = open.iter().position(|&item| Some(channels[item as usize]) != last);
            while next.is_none() {
                let Some(group) = groups.next() else { break };
                let hashes = index.id_hashes();
                let drawn = |item: u32| (draws.of(hashes[item as usize]), item);
                let mut drawn: Vec<_> = group.iter().map(|&(_, item)| drawn(item)).collect();
                drawn.sort_unstable();
                let known = open.len();
                open.extend(drawn.into_iter().map(|(_, item)| item));
                let found = open[known..].iter().position(|&item| Some(channels[item as usize]) != last);
                next = found.map(|place| known + place);
            }
            if open.is_empty() {
                break;
            }
            slots.push(open.remove(next.unwrap_or(0)));
        }
    }
    slots
}
