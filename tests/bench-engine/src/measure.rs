//! Medians of interleaved runs.

use std::time::{Duration, Instant};

/// Of one subject and one round.
const TURN_MAX: Duration = Duration::from_millis(100);
/// So long a sample takes at least, so that reading the clock does not count.
const SAMPLE_MIN: Duration = Duration::from_micros(20);

/// A subject: its name, and what it does with a query of a number.
pub type Subject<'s> = (&'static str, Box<dyn FnMut(usize) + 's>);

/// The median time of each subject over all queries, in nanoseconds. Subjects take turns, round by round. What `before`
/// does with the query of a number, right before its sample, is not measured.
pub fn medians(
    subjects: &mut [Subject<'_>],
    queries: usize,
    rounds: usize,
    before: impl Fn(usize),
) -> Vec<f64> {
    let mut samples: Vec<Vec<f64>> = subjects.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds {
        for ((_, run), samples) in subjects.iter_mut().zip(&mut samples) {
            let began = Instant::now();
            for number in 0..queries {
                // A slow subject starts each turn with another query.
                let query = (number + round * 5) % queries;
                before(query);
                samples.push(sample(|| run(query)));
                if began.elapsed() > TURN_MAX {
                    break;
                }
            }
        }
    }
    samples.into_iter().map(median).collect()
}

/// Nanoseconds of one run.
fn sample(mut run: impl FnMut()) -> f64 {
    let began = Instant::now();
    let mut runs = 0_u32;
    loop {
        run();
        runs += 1;
        let took = began.elapsed();
        if took >= SAMPLE_MIN {
            return took.as_secs_f64() * 1e9 / f64::from(runs);
        }
    }
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}
