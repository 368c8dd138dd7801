//! A network and a server that behave as badly as they may, from a seed.
//!
//! Everything here is allowed by the protocol: sockets end after any frame in either direction,
//! frames that were on their way arrive after the next socket is open, events come twice, a node
//! that lost events says `catch_up`, requests fail before or after they took effect, answers are
//! late and out of order. Nothing here may make a client lose, double or reorder anything.

use relaychat_protocol::{ErrorCode, UserId, frames::ClientFrame};

/// A small random generator, so that a run can be repeated.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Splitmix64: every seed is a good one.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// True this often in a thousand times.
    pub(crate) fn is(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let index = self.below(of.len().max(1) as u64);
        of.get(usize::try_from(index).expect("small"))
    }
}

/// What happens to a frame of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameFate {
    Taken,
    /// The socket ends, and the frame with it.
    Lost,
    /// The socket ends; the frame arrives when another one is open.
    Late,
    /// The server takes it, and the socket ends before the answer.
    Unanswered,
    /// The server takes it, and answers twice.
    AnsweredTwice,
    Refused(ErrorCode),
}

/// What happens to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventFate {
    Delivered,
    Doubled,
    /// The socket ends in its place.
    Cut,
    /// The node loses it; it knows that it lost something.
    Missed,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestFate {
    Answered,
    Lost,
    /// It takes effect, and the answer is lost.
    Unanswered,
    Refused(ErrorCode),
}

/// How bad it is.
#[derive(Clone, Debug)]
pub(crate) struct Chaos {
    pub(crate) random: Random,
    /// How often in a thousand times something goes wrong. Nothing does at 0.
    pub(crate) permille: u64,
    /// Frames that are still on their way from a socket that has ended.
    pub(crate) late: Vec<(UserId, ClientFrame)>,
    /// An edit or a reaction came late: it may have undone a later one.
    pub(crate) has_late_changes: bool,
}

impl Chaos {
    pub(crate) fn new(random: Random, permille: u64) -> Self {
        Self {
            random,
            permille,
            late: Vec::new(),
            has_late_changes: false,
        }
    }

    pub(crate) fn frame(&mut self, frame: &ClientFrame) -> FrameFate {
        if !self.random.is(self.permille) {
            return FrameFate::Taken;
        }
        let is_change = matches!(
            frame,
            ClientFrame::EditMessage { .. }
                | ClientFrame::DeleteMessage { .. }
                | ClientFrame::PinMessage { .. }
                | ClientFrame::React { .. }
        );
        let is_send = is_change || matches!(frame, ClientFrame::SendMessage { .. });
        let is_command = is_send || matches!(frame, ClientFrame::Mark { .. });
        match self.random.below(8) {
            4 if is_change => {
                self.has_late_changes = true;
                FrameFate::Late
            }
            0 | 1 => FrameFate::Lost,
            2 | 3 => FrameFate::Unanswered,
            4 if is_command => FrameFate::Late,
            5 if is_command => FrameFate::AnsweredTwice,
            6 if is_send && self.random.is(300) => FrameFate::Refused(ErrorCode::TokenExpired),
            6 if is_command => FrameFate::Refused(ErrorCode::RateLimited),
            7 if is_command => FrameFate::Refused(self.passing()),
            _ => FrameFate::Taken,
        }
    }

    pub(crate) fn event(&mut self) -> EventFate {
        if !self.random.is(self.permille) {
            return EventFate::Delivered;
        }
        match self.random.below(3) {
            0 => EventFate::Cut,
            1 => EventFate::Missed,
            _ => EventFate::Doubled,
        }
    }

    pub(crate) fn request(&mut self) -> RequestFate {
        if !self.random.is(self.permille * 2) {
            return RequestFate::Answered;
        }
        match self.random.below(6) {
            0 => RequestFate::Lost,
            1 => RequestFate::Unanswered,
            2 => RequestFate::Refused(ErrorCode::RateLimited),
            3 => RequestFate::Refused(ErrorCode::TokenExpired),
            _ => RequestFate::Refused(self.passing()),
        }
    }

    fn passing(&mut self) -> ErrorCode {
        let codes = [
            ErrorCode::Internal,
            ErrorCode::Unavailable,
            ErrorCode::Draining,
            ErrorCode::StorageFull,
        ];
        *self.random.pick(&codes).expect("there are some")
    }

    /// How long something takes.
    pub(crate) fn delay_ms(&mut self) -> u64 {
        match self.random.is(self.permille * 3) {
            true => self.random.below(3_000),
            false => self.random.below(30),
        }
    }
}
