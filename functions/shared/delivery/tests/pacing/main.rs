//! The pacing as its callers see it.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts and minutes of tests are small"
)]

mod bound;
mod owed_rows;
mod properties;
mod room;
mod size;
mod small;
mod terms;
mod world;
