//! The items that name each text of lists.

use std::borrow::Cow;
use std::collections::HashMap;

use lockfill_models::draw::id_hash;

use super::bits::{Bits, Conditioned};
use super::postings;
use crate::stored::{TextWriter, ValueRecord};
use crate::targeting::Name;

/// The axis of a field of lists in a [`crate::stored::FieldRecord`].
pub(super) const AXIS_LISTS: u32 = 4;

/// The most bytes of postings and their texts for each item, and for a few items in all.
const ITEM_BYTES_MAX: usize = 24;
const FEW_BYTES_MAX: usize = 1 << 16;

/// The postings of all fields of lists.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub postings: Vec<u8>,
    texts: usize,
}

/// What is written of one field.
pub(super) struct OfList {
    /// The texts by their hash. Of each, those that want it are written first, then those that refuse it.
    pub values: Vec<ValueRecord>,
    /// Items that want none of some texts.
    pub wants_none: Bits,
    /// Items that the postings tell apart.
    pub sure: Bits,
}

impl Lists {
    /// Adds a field. `None` if its postings take too many bytes, or two of its texts have one hash.
    pub(super) fn add(
        &mut self,
        open: &Bits,
        conditioned: &Conditioned<'_>,
        texts: &mut TextWriter,
    ) -> Option<OfList> {
        let (mut wants_none, mut sure) = (open.clone(), open.clone());
        let mut namers: HashMap<Cow<'_, str>, [Vec<u32>; 2]> = HashMap::new();
        for &(item, condition) in conditioned {
            let (mut wants_one, mut is_sure, number) = (false, true, u32::try_from(item).ok()?);
            for name in condition.names() {
                match name {
                    Name::Text { text, is_admitted } => {
                        wants_one |= is_admitted;
                        let named = &mut namers.entry(text).or_default()[usize::from(!is_admitted)];
                        if named.last() != Some(&number) {
                            named.push(number);
                        }
                    }
                    Name::Needed(text) => {
                        is_sure = false;
                        namers.entry(text).or_default();
                    }
                    Name::From(_) => {}
                }
            }
            wants_none.put(item, !wants_one);
            sure.put(item, is_sure);
        }
        let mut by_hash: Vec<_> = namers.iter().map(|(text, namers)| (id_hash(text), text, namers)).collect();
        by_hash.sort_unstable_by_key(|value| value.0);
        let (mut written, before) = (Vec::new(), self.postings.len());
        let mut values = Vec::with_capacity(by_hash.len());
        for (key, text, [wanting, refusing]) in by_hash {
            let at = u32::try_from(before + written.len()).ok()?;
            values.push(ValueRecord { key, text: texts.add(text), column: at });
            postings::write(wanting, &mut written);
            postings::write(refusing, &mut written);
        }
        let value_bytes = (self.texts + values.len()) * size_of::<ValueRecord>();
        let bytes_max = (ITEM_BYTES_MAX * open.items()).max(FEW_BYTES_MAX);
        let is_ambiguous = values.windows(2).any(|two| two[0].key == two[1].key);
        if is_ambiguous || before + written.len() + value_bytes > bytes_max {
            return None;
        }
        self.texts += values.len();
        self.postings.extend(written);
        Some(OfList { values, wants_none, sure })
    }
}
