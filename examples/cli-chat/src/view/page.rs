//! The part of a timeline that fits on the screen.
//!
//! Lines are made from where one reads upwards, and no more than are needed: how long a chat is does
//! not matter. The place is an item, not a number, so that nothing moves when history comes in above
//! or messages arrive below.

use jiff::Zoned;
use ratatui::text::Line;
use relaychat_sdk::TimelineItem;

use super::item;
use crate::model::{Conversation, Place};

/// A window of so many columns and lines.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) now: Zoned,
}

/// What is in the window.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// As many as fit, or fewer.
    pub(crate) lines: Vec<Line<'static>>,
    /// How many items are above the window.
    pub(crate) items_above: usize,
    /// The newest message whose end is in the window.
    pub(crate) newest_seq: Option<u64>,
}

impl Page {
    /// What is shown of a conversation.
    pub(crate) fn show(&self, open: &Conversation) -> Shown {
        let Some((bottom, hidden)) = self.bottom(open) else {
            return Shown::default();
        };
        let mut parts = Vec::new();
        let mut count = 0;
        let mut first = bottom;
        for index in (0..=bottom).rev() {
            let mut lines = item::lines(open, index, self.width, &self.now);
            if index == bottom {
                lines.truncate(lines.len().saturating_sub(hidden));
            }
            count += lines.len();
            parts.push(lines);
            first = index;
            if count >= self.height {
                break;
            }
        }
        let lines: Vec<_> = parts.into_iter().rev().flatten().collect();
        let cut = lines.len().saturating_sub(self.height);
        let ended = bottom + usize::from(hidden == 0);
        let newest = open.items[first..ended].iter().rev();
        Shown {
            lines: lines.into_iter().skip(cut).collect(),
            items_above: first,
            newest_seq: newest.filter_map(|item| item.message()?.seq).next(),
        }
    }

    /// Where one reads after going some lines down, or up.
    pub(crate) fn scrolled(&self, open: &Conversation, lines: isize) -> Place {
        let Some((mut bottom, hidden)) = self.bottom(open) else {
            return Place::End;
        };
        // Counted from the lower edge upwards: more is older.
        let mut hidden = hidden.cast_signed() - lines;
        while hidden < 0 && bottom + 1 < open.items.len() {
            bottom += 1;
            hidden += self.height_of(open, bottom).cast_signed();
        }
        if hidden < 0 || (hidden == 0 && bottom + 1 == open.items.len()) {
            return Place::End;
        }
        let mut hidden = hidden.unsigned_abs();
        while bottom > 0 && hidden >= self.height_of(open, bottom) {
            hidden -= self.height_of(open, bottom);
            bottom -= 1;
        }
        self.not_above_the_top(open, bottom, hidden)
    }

    /// Where one begins to read: what was unread at the upper edge, or the end.
    pub(crate) fn opening_place(&self, open: &Conversation) -> Place {
        let is_divider = |item: &TimelineItem| matches!(item, TimelineItem::UnreadDivider { .. });
        let divider = open.items.iter().position(|item| is_divider(item));
        divider.map_or(Place::End, |divider| self.place_with_top(open, divider))
    }

    /// The item at the lower edge, and how many of its lines are below it.
    fn bottom(&self, open: &Conversation) -> Option<(usize, usize)> {
        let last = open.items.len().checked_sub(1)?;
        if let Place::At { key, hidden_lines } = &open.place {
            let found = open.items.iter().position(|item| item.key() == key);
            if let Some(found) = found {
                return Some((found, *hidden_lines));
            }
        }
        Some((last, 0))
    }

    fn height_of(&self, open: &Conversation, index: usize) -> usize {
        item::lines(open, index, self.width, &self.now).len()
    }

    fn not_above_the_top(&self, open: &Conversation, bottom: usize, hidden: usize) -> Place {
        let mut count = 0;
        for index in (0..=bottom).rev() {
            count += self.height_of(open, index);
            if count >= self.height + hidden {
                let key = open.items[bottom].key().to_owned();
                return Place::At {
                    key,
                    hidden_lines: hidden,
                };
            }
        }
        self.place_with_top(open, 0)
    }

    /// The place at which the item `top` is at the upper edge.
    fn place_with_top(&self, open: &Conversation, top: usize) -> Place {
        let mut count = 0;
        for index in top..open.items.len() {
            count += self.height_of(open, index);
            if count > self.height {
                return Place::At {
                    key: open.items[index].key().to_owned(),
                    hidden_lines: count - self.height,
                };
            }
        }
        Place::End
    }
}
