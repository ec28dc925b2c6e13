//! What records of all kinds share: texts, lists, spans of time and sets of hours, equal ones once.

use std::collections::HashMap;
use std::hash::Hash;

use lockfill_models::time::{HourSet, Interval};

use crate::entities::Cap;
use crate::stored::{IntervalRecord, ListWriter, NONE, Stored, TextWriter};
use crate::targeting::Targeting;

/// The shared tables of a blob that is being written.
#[derive(Debug)]
pub(super) struct Tables {
    pub texts: TextWriter,
    pub lists: ListWriter,
    pub flights: Numbered<IntervalRecord>,
    pub hour_sets: Numbered<[u64; 3]>,
}

impl Tables {
    pub(super) fn new() -> Self {
        Self {
            texts: TextWriter::default(),
            lists: ListWriter::new(),
            flights: Numbered::new(),
            hour_sets: Numbered::new(),
        }
    }

    pub(super) fn text(&mut self, text: &str) -> u32 {
        self.texts.add(text)
    }

    pub(super) fn text_or_none(&mut self, text: Option<&str>) -> u32 {
        text.map_or(NONE, |text| self.text(text))
    }

    pub(super) fn texts(&mut self, texts: &[String]) -> u32 {
        let numbers: Vec<u32> = texts.iter().map(|text| self.texts.add(text)).collect();
        self.lists.add(&numbers)
    }

    /// The list of caps: window and limit of each.
    pub(super) fn caps(&mut self, caps: &[Cap]) -> u32 {
        let words: Vec<u32> = caps.iter().flat_map(|cap| [cap.window.number().into(), cap.limit]).collect();
        self.lists.add(&words)
    }

    pub(super) fn conditions(&mut self, targeting: &Targeting) -> u32 {
        let words = targeting.write(&mut self.texts);
        self.lists.add(&words)
    }

    pub(super) fn flight(&mut self, flight: Option<Interval>) -> u32 {
        flight.map_or(NONE, |flight| {
            self.flights.add(IntervalRecord { from: flight.from.0, until: flight.until.0 })
        })
    }

    pub(super) fn hours(&mut self, hours: Option<HourSet>) -> u32 {
        hours.map_or(NONE, |hours| self.hour_sets.add(hours.bits()))
    }
}

/// Values in the order in which they came first, equal ones once.
#[derive(Debug)]
pub(super) struct Numbered<T> {
    numbers: HashMap<T, u32>,
    all: Vec<T>,
}

impl<T: Copy + Eq + Hash> Numbered<T> {
    fn new() -> Self {
        Self { numbers: HashMap::new(), all: Vec::new() }
    }

    fn add(&mut self, value: T) -> u32 {
        *self.numbers.entry(value).or_insert_with(|| {
            self.all.push(value);
            count(self.all.len() - 1)
        })
    }

    pub(super) fn all(&self) -> &[T] {
        &self.all
    }
}

/// A number of records. Rows have 64 MiB at most, so no number comes near 32 bits.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(NONE)
}
