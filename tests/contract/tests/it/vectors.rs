//! Numbers that were worked out by another language come out the same here.

use jiff::tz::TimeZone;
use lockfill_models::arithmetic::{Pricing, Rates, ecpm_micros, product_ppm, scale_ppm};
use lockfill_models::distance::squared_millimeters;
use lockfill_models::draw::{Purpose, draw, id_hash};
use lockfill_models::loans::borrower;
use lockfill_models::time::{Buckets, EpochSeconds, HOURS_PER_WEEK, HourSet, Interval, LocalTimeline};
use lockfill_models::user_state::{History, UserState, WindowCount};
use lockfill_models::vocabulary::{ImageUrl, LandingUrl, LinkBaseUrl, Position};
use lockfill_test_contract::files::read_fixture;
use serde::Deserialize;
use serde::de::DeserializeOwned;

fn rows<T: DeserializeOwned>(file: &str, group: &str) -> Vec<T> {
    let rows: Vec<T> = serde_json::from_value(read_fixture(file)[group].take()).unwrap();
    assert!(!rows.is_empty(), "{file} has no {group}");
    rows
}

#[derive(Debug, Deserialize)]
struct EcpmVector {
    pricing: Pricing,
    price_micros: i64,
    ctr_ppm: i64,
    cvr_ppm: i64,
    ecpm_micros: i64,
}

#[test]
fn ecpm_is_what_it_is_elsewhere() {
    for row in rows::<EcpmVector>("vectors/arithmetic.json", "ecpm") {
        let rates = Rates { ctr_ppm: row.ctr_ppm, cvr_ppm: row.cvr_ppm };
        assert_eq!(ecpm_micros(row.pricing, row.price_micros, rates), row.ecpm_micros, "{row:?}");
    }
}

#[derive(Debug, Deserialize)]
struct ScaleVector {
    amount: i64,
    ppm: i64,
    scaled: i64,
}

#[test]
fn an_amount_is_scaled_as_it_is_elsewhere() {
    for row in rows::<ScaleVector>("vectors/arithmetic.json", "scale_ppm") {
        assert_eq!(scale_ppm(row.amount, row.ppm), row.scaled, "{row:?}");
    }
}

#[derive(Debug, Deserialize)]
struct ProductVector {
    factors_ppm: Vec<i64>,
    product_ppm: i64,
}

#[test]
fn factors_multiply_as_they_do_elsewhere() {
    for row in rows::<ProductVector>("vectors/arithmetic.json", "product_ppm") {
        assert_eq!(product_ppm(&row.factors_ppm), row.product_ppm, "{row:?}");
    }
}

#[derive(Debug, Deserialize)]
struct DrawVector {
    purpose: String,
    user: String,
    item: String,
    minute: i64,
    draw: String,
}

#[test]
fn a_draw_is_what_it_is_elsewhere() {
    let purposes =
        [Purpose::LineItemOrder, Purpose::CreativeRotation, Purpose::ContentOrder, Purpose::Pacing];
    for row in rows::<DrawVector>("vectors/draw.json", "draws") {
        let purpose = purposes.into_iter().find(|purpose| purpose.name() == row.purpose).unwrap();
        let found = draw(purpose, &row.user, &row.item, row.minute);
        assert_eq!(found.to_string(), row.draw, "{row:?}");
    }
}

#[derive(Debug, Deserialize)]
struct IdHashVector {
    id: String,
    hash: String,
}

#[test]
fn the_hash_of_an_id_is_what_it_is_elsewhere() {
    for row in rows::<IdHashVector>("vectors/id_hash.json", "hashes") {
        assert_eq!(id_hash(&row.id).to_string(), row.hash, "{row:?}");
    }
}

#[derive(Debug, Deserialize)]
struct DistanceVector {
    one: (i64, i64),
    other: (i64, i64),
    squared_millimeters: String,
}

#[test]
fn a_distance_is_what_it_is_elsewhere_in_both_directions() {
    let place = |(latitude_microdegrees, longitude_microdegrees)| Position {
        latitude_microdegrees,
        longitude_microdegrees,
    };
    for row in rows::<DistanceVector>("vectors/distance.json", "distances") {
        let (one, other) = (place(row.one), place(row.other));
        assert_eq!(squared_millimeters(one, other).to_string(), row.squared_millimeters, "{row:?}");
        assert_eq!(squared_millimeters(other, one), squared_millimeters(one, other), "{row:?}");
    }
}

#[derive(Debug, Deserialize)]
struct WindowsVector {
    instant: EpochSeconds,
    zone: String,
    minute: i64,
    hour: i64,
    day: i64,
    week: i64,
    hour_of_week: usize,
}

#[test]
fn windows_turn_when_they_do_elsewhere() {
    for row in rows::<WindowsVector>("vectors/windows.json", "windows") {
        let zone = TimeZone::get(&row.zone).unwrap();
        let wanted = Buckets { minute: row.minute, hour: row.hour, day: row.day, week: row.week };
        assert_eq!(Buckets::at(row.instant, &zone), wanted, "{row:?}");
    }
}

#[test]
fn the_hour_of_the_week_is_what_it_is_elsewhere() {
    for row in rows::<WindowsVector>("vectors/windows.json", "windows") {
        let zone = TimeZone::get(&row.zone).unwrap();
        let second = Interval::new(row.instant, row.instant.plus_seconds(1)).unwrap();
        let timeline = LocalTimeline::new(second, &zone);
        let is_open = |hour: &usize| {
            let mut hours = HourSet::default();
            hours.insert(*hour);
            timeline.first_open(&hours, second).is_some()
        };
        let open: Vec<_> = (0..HOURS_PER_WEEK).filter(is_open).collect();
        assert_eq!(open, [row.hour_of_week], "{row:?}");
    }
}

#[derive(Debug, Deserialize)]
struct UrlVector {
    text: String,
    is: Option<String>,
}

/// A prefix alone would take `https://`, and addresses whose host another parser finds elsewhere.
#[test]
fn an_address_is_read_or_refused_as_it_is_elsewhere() {
    type Reader = fn(&str) -> Option<String>;
    let readers: [(&str, Reader); 3] = [
        ("image", |text| ImageUrl::read(text).ok().map(ImageUrl::into_text)),
        ("landing", |text| LandingUrl::read(text).ok().map(LandingUrl::into_text)),
        ("link_base", |text| LinkBaseUrl::read(text).ok().map(|base| base.as_str().to_owned())),
    ];
    for (group, read) in readers {
        for row in rows::<UrlVector>("vectors/urls.json", group) {
            assert_eq!(read(&row.text), row.is, "{group} {row:?}");
        }
    }
}

/// What a form makes of a typed address is served as it is.
#[test]
fn an_address_that_was_read_is_read_as_itself() {
    for group in ["image", "landing", "typed"] {
        for text in rows::<UrlVector>("vectors/urls.json", group).into_iter().filter_map(|row| row.is) {
            assert_eq!(LandingUrl::read(&text).map(LandingUrl::into_text), Ok(text));
        }
    }
}

#[derive(Debug, Deserialize)]
struct BorrowerVector {
    unit_id: String,
    device_id: Option<String>,
    borrower: String,
}

#[derive(Debug, Deserialize)]
struct LoansVector {
    now: EpochSeconds,
    zone: String,
    before: Option<[i64; 10]>,
    loans: Vec<String>,
    after: [i64; 10],
}

fn history([lifetime, last, windows @ ..]: [i64; 10]) -> History {
    let count = |number: i64| u32::try_from(number).unwrap();
    let window = |at: usize| WindowCount { bucket: windows[2 * at], count: count(windows[2 * at + 1]) };
    let (minute, hour, day, week) = (window(0), window(1), window(2), window(3));
    History { lifetime: count(lifetime), last_shown_at: EpochSeconds(last), minute, hour, day, week }
}

#[test]
fn loans_count_as_they_do_elsewhere() {
    for row in rows::<BorrowerVector>("vectors/loans.json", "borrowers") {
        let found = borrower(&row.unit_id, row.device_id.as_deref());
        assert_eq!(format!("{found:016x}"), row.borrower, "{row:?}");
    }
    for row in rows::<LoansVector>("vectors/loans.json", "histories") {
        let mut state = UserState::new_user();
        state.line_items.extend(row.before.map(|before| ("li-1".to_owned(), history(before))));
        let zone = TimeZone::get(&row.zone).unwrap();
        state.add_loans(&row.loans, row.now, &zone, |id| id.starts_with("li-").then_some(("c-1", "a-1")));
        assert_eq!(state.line_items["li-1"], history(row.after), "{row:?}");
        assert_eq!(state.campaigns.len(), 1, "{row:?}");
    }
}
