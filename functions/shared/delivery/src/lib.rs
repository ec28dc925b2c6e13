//! What was delivered, and how far each line item may go on: roll-ups of the ledger, and the pacing of budgets and
//! goals. Pure: no clock, no store.

pub mod facts;
pub mod money;
pub mod pace;
pub mod rollup;
pub mod terms;
pub mod terms_rows;
