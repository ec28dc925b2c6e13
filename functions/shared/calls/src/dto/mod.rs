//! What travels: the calls, and the documents of answers.

pub(crate) mod compilation;
pub(crate) mod inspection;
pub(crate) mod inspection_answer;
pub(crate) mod pacing;
