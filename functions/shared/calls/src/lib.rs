//! Calls of the functions `catalog` and `pacing`: payloads of invocations, by Django, a schedule or an operator. Controllers
//! and DTOs like those of `lockfill-http`, which has the requests of clients. No client waits for a call, so they are built
//! for size.

mod controllers;
mod dto;

pub use controllers::{Catalogs, Pacings};
