//! How well a forecast of the requests of one period says what is delivered in the next.
//!
//! Requests of the first period are sampled as in production. At its end, drafts are forecast from these samples by the
//! code that answers forecasts in production, and are published. What they deliver in the second period is compared.

use lockfill_services::Forecast;
use serde_json::{Value, json};

use crate::drafts::Draft;
use crate::world::{Settings, World};

/// The fewest impressions or clicks of which an error is told.
const COUNT_MIN: f64 = 20.0;

/// A draft's forecast, and what became of it.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub kind: &'static str,
    pub run: usize,
    /// What is counted: impressions, or clicks of a goal in clicks.
    pub predicted: f64,
    pub delivered: f64,
    /// What its goal or budget asks for; `None`: as many as there are.
    pub wanted: Option<f64>,
    /// Its slots in the sampled requests: what a forecast says that takes each slot for seen.
    pub slots: f64,
}

impl Outcome {
    /// The error as a part of what was delivered.
    pub fn error(&self) -> f64 {
        (self.predicted - self.delivered).abs() / self.delivered.max(1.0)
    }
}

/// What is tried.
#[derive(Debug, Clone, Copy)]
pub struct HeldOut {
    /// Days of each of the two periods, the users, and the seed of the first run: each run has the next seed.
    pub days: u32,
    pub users: usize,
    pub seed: u64,
    /// The number of simulations; each has other users and other drafts.
    pub runs: usize,
    /// Whether the gates of others are taken for open, and not as they are when a forecast is made.
    pub takes_gates_for_open: bool,
}

impl HeldOut {
    /// Simulates, two runs at a time. The outcomes of all drafts.
    ///
    /// # Panics
    /// If a simulation does.
    pub fn measure(self, progress: impl Fn(usize) + Sync) -> Vec<Outcome> {
        let threads = self.runs.min(2);
        let of_thread = |first: usize| {
            let progress = &progress;
            move || {
                (first..self.runs)
                    .step_by(threads)
                    .flat_map(|run| {
                        let outcomes = self.run(run);
                        progress(run);
                        outcomes
                    })
                    .collect::<Vec<_>>()
            }
        };
        std::thread::scope(|scope| {
            let running: Vec<_> = (0..threads).map(|first| scope.spawn(of_thread(first))).collect();
            running.into_iter().flat_map(|thread| thread.join().expect("a simulation that ends")).collect()
        })
    }

    fn run(self, run: usize) -> Vec<Outcome> {
        let seed = self.seed.wrapping_add(run as u64);
        let settings = Settings { days: 2 * self.days, warm_up_days: 1, users: self.users, seed };
        let mut world = World::held_out(settings, self.days, run);
        world.takes_gates_for_open = self.takes_gates_for_open;
        world.run(|_| {});
        world
            .drafts
            .iter()
            .zip(&world.forecasts)
            .map(|(draft, forecast)| outcome(&world, draft, forecast, run))
            .collect()
    }
}

fn outcome(world: &World, draft: &Draft, (forecast, ctr): &(Forecast, f64), run: usize) -> Outcome {
    let hours = world.roll_ups.hours().values().filter_map(|items| items.get(&draft.id));
    let (impressions, clicks) =
        hours.fold((0, 0), |(impressions, clicks), sum| (impressions + sum.impressions, clicks + sum.clicks));
    let possible = forecast.reach.delivery.until_end.unwrap_or_default();
    let (possible, wanted, delivered) = match draft.clicks {
        Some(goal) => (possible * ctr, Some(goal), clicks),
        None => (possible, draft.impressions, impressions),
    };
    let predicted = wanted.map_or(possible, |wanted| possible.min(wanted)) + 0.0;
    let slots = forecast.reach.slot_thousandths as f64 / 1_000.0;
    Outcome { kind: draft.kind, run, predicted, delivered: delivered as f64, wanted, slots }
}

/// The error that so many of a hundred drafts do not exceed.
pub fn percentile(outcomes: &[Outcome], percent: usize) -> f64 {
    let mut errors: Vec<_> = outcomes.iter().map(Outcome::error).collect();
    errors.sort_by(f64::total_cmp);
    errors.get((errors.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default()
}

/// The drafts of which so much was predicted or delivered that an error says something.
fn measurable(outcomes: &[Outcome]) -> Vec<Outcome> {
    outcomes.iter().filter(|one| one.predicted.max(one.delivered) >= COUNT_MIN).cloned().collect()
}

/// Of these, the drafts that got less than they asked for, or asked for as many as there are: a goal that is reached says
/// little about a forecast.
pub fn limited(outcomes: &[Outcome]) -> Vec<Outcome> {
    let is_limited =
        |one: &Outcome| one.wanted.is_none_or(|wanted| one.predicted.min(one.delivered) < 0.95 * wanted);
    measurable(outcomes).into_iter().filter(is_limited).collect()
}

/// Lines of a table.
pub fn table(outcomes: &[Outcome]) -> String {
    let line = |one: &Outcome| {
        let wanted = one.wanted.map_or("all".to_owned(), |wanted| format!("{wanted:.0}"));
        let error = 100.0 * (one.predicted - one.delivered) / one.delivered.max(1.0);
        let Outcome { kind, run, predicted, delivered, slots, .. } = one;
        format!(
            "{run:>3} {kind:<10} {wanted:>9} {predicted:>10.0} {delivered:>10.0} {error:>+8.1} % {slots:>10.0}"
        )
    };
    let head = format!(
        "{:>3} {:<10} {:>9} {:>10} {:>10} {:>10} {:>10}",
        "run", "draft", "wanted", "predicted", "delivered", "error", "slots"
    );
    std::iter::once(head).chain(outcomes.iter().map(line)).collect::<Vec<_>>().join("\n")
}

/// The figures of which other programs read the names.
pub fn figures(outcomes: &[Outcome]) -> Value {
    let (measurable, limited) = (measurable(outcomes), limited(outcomes));
    json!({
        "drafts": outcomes.len(),
        "measurable_drafts": measurable.len(),
        "error_median": percentile(&measurable, 50),
        "error_90": percentile(&measurable, 90),
        "limited_drafts": limited.len(),
        "limited_error_median": percentile(&limited, 50),
        "limited_error_90": percentile(&limited, 90),
    })
}
