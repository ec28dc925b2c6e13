//! `GET` and `POST /api/v1/events/{impression,click}/{token}`, and `POST /api/v1/events`: what devices report back.

use std::process::ExitCode;

use lockfill_startup::run_events;

fn main() -> ExitCode {
    run_events()
}
