//! Decisions on contents by the index of a catalog, without looking at each content.
//!
//! # How
//! Contents are in blocks of 2,048 by publication, each by quality ([`lockfill_catalog::index`]). At the time of a
//! request a block has a best freshness, and the quality at a place bounds all that follow in the block; columns of
//! categories tell how many interests each content has in common. Freshness x affinity x quality, floored as scores
//! are, is never less for a better factor, so a bound is exact: what cannot reach the worst content in hand is left out
//! word by word, and a block is left at the first word that cannot ([`search`], [`best`]). Blocks are read from the best
//! bound on. Pinned contents lie at the beginning by their place, each place with blocks of its own. The user's history
//! is asked only for contents that would be among the best; once it was asked often, it is made a column ([`seen`]).
//! Each content that may be among the best is drawn for.
//!
//! Placing ([`place`]) takes from one standing twice as many contents as there are slots. If all that are left of these
//! are of the channel of the last slot, the best ones of other channels are searched: at most once a standing, because
//! one channel alone can have more than half of them.
//!
//! # What a request touches
//! With N contents and K columns selected (at most 24, one for each interest and for each blocked category), C columns
//! of N bits are made: one for rare blocked categories, one for a rare language, three for rare interests, one for a
//! history that was asked often, each only where there is such a thing. A search reads at most (K + C) x N / 64 words,
//! the 4 bytes of each content's channel if it leaves one out, and for each survivor whose bound is no worse than the
//! worst content in hand its publication, its expiry, its channel and the hash of its id (20 bytes). Only those that
//! are no worse are looked up in the history, and have conditions checked that columns do not tell. Where the bound is
//! the score of the worst content in hand, each survivor is drawn for first, from the hash of its id alone: a draw
//! mixes that with a hash of user and minute, so no order can be kept ready. Nothing is allocated for a content.

mod best;
mod count;
mod interests;
mod place;
mod plan;
mod scores;
mod search;
mod seen;

pub(crate) use count::count;
pub(crate) use place::serve;
