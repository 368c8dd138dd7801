//! What is known of two chats: plain lists, counted one by one.

use relaychat_sdk::protocol::{ChatId, MessageId};

/// People: Ann, Bob and Cem.
pub(super) const PEOPLE: usize = 3;
pub(super) const ANN: usize = 0;
pub(super) const BOB: usize = 1;
pub(super) const CEM: usize = 2;
/// Who is meant when it is not one person.
pub(super) const EVERYONE: usize = PEOPLE;
pub(super) const NOBODY: usize = PEOPLE + 1;

/// Devices: two of Ann, one of Bob.
pub(super) const DEVICES: usize = 3;
pub(super) const OWNERS: [usize; DEVICES] = [ANN, ANN, BOB];

/// Chats: of Ann and Bob, and a group of all.
pub(super) const ROOMS: usize = 2;
pub(super) const GROUP: usize = 1;

/// A small random generator, so that a walk can be repeated.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        // One zero would stay zero.
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("below a small limit")
    }
}

/// What happens next.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deed {
    Send,
    Edit,
    Delete,
    React,
    Read,
    /// Bob is taken out of the group, or comes back.
    Membership,
    /// The network of a device goes, or comes back.
    Network,
    /// Cem writes, meaning somebody or not.
    Foreign,
    /// Cem means somebody else than before.
    ForeignEdit,
}

impl Deed {
    pub(super) fn any(random: &mut Random) -> Self {
        match random.below(20) {
            0..=3 => Self::Send,
            4 => Self::Edit,
            5 | 6 => Self::Delete,
            7 => Self::React,
            8..=10 => Self::Read,
            11 => Self::Membership,
            12 | 13 => Self::Network,
            14..=17 => Self::Foreign,
            _ => Self::ForeignEdit,
        }
    }
}

pub(super) struct Said {
    pub(super) id: MessageId,
    /// Its place. Lines of the group have places too, so it is not its number among messages.
    seq: u64,
    pub(super) sender: usize,
    pub(super) is_deleted: bool,
    /// A person, everyone, or nobody.
    pub(super) meant: usize,
}

pub(super) struct Room {
    pub(super) id: ChatId,
    pub(super) said: Vec<Said>,
    /// How many messages each member has behind them.
    pub(super) read: [Option<usize>; PEOPLE],
}

impl Room {
    pub(super) fn new(id: ChatId, members: &[usize]) -> Self {
        let mut read = [None; PEOPLE];
        members.iter().for_each(|member| read[*member] = Some(0));
        Self {
            id,
            said: Vec::new(),
            read,
        }
    }

    pub(super) fn has(&self, who: usize) -> bool {
        self.read[who].is_some()
    }

    /// How many are unread by somebody, and how many of these mean them.
    pub(super) fn counts(&self, who: usize) -> Option<(u64, u64)> {
        let behind = self.said.iter().skip(self.read[who]?);
        let unread: Vec<_> = behind.filter(|said| !said.is_deleted).collect();
        let meant = unread.iter().filter(|said| said.means(who));
        Some((unread.len() as u64, meant.count() as u64))
    }

    /// Whose sends are at the end, and read by their sender.
    pub(super) fn push(
        &mut self,
        (id, seq): (MessageId, Option<u64>),
        sender: usize,
        meant: usize,
    ) {
        self.said.push(Said {
            id,
            seq: seq.expect("what was delivered has a place"),
            sender,
            is_deleted: false,
            meant,
        });
        self.read[sender] = Some(self.said.len());
    }

    /// The place up to which somebody reads who has `count` messages behind them.
    pub(super) fn seq_of(&self, count: usize) -> u64 {
        let last = count.checked_sub(1).map(|last| &self.said[last]);
        last.map_or(0, |last| last.seq)
    }

    pub(super) fn read_up_to(&mut self, who: usize, count: usize) {
        if let Some(read) = &mut self.read[who] {
            *read = (*read).max(count);
        }
    }

    pub(super) fn mean(&mut self, id: MessageId, meant: usize) {
        let mut said = self.said.iter_mut();
        if let Some(said) = said.find(|said| said.id == id && !said.is_deleted) {
            said.meant = meant;
        }
    }

    pub(super) fn delete(&mut self, id: MessageId) {
        if let Some(said) = self.said.iter_mut().find(|said| said.id == id) {
            (said.is_deleted, said.meant) = (true, NOBODY);
        }
    }
}

impl Said {
    fn means(&self, who: usize) -> bool {
        self.meant == who || self.meant == EVERYONE
    }
}
