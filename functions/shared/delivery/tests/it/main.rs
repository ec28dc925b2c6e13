//! Roll-ups, held against their vectors and against a count of all entries at once.

mod properties;
mod vectors;
mod world;
