//! What a hook decides.

/// What a hook decides about something that is about to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a verdict counts when it is returned"]
pub enum Verdict<T = ()> {
    /// It may happen, with this content.
    Allow(T),
    /// It may not.
    Reject {
        /// The host's own short word for why, for programs: `reason` of the error.
        reason: String,
        /// Why, for the person who tried: `detail` of the error.
        detail: String,
    },
    /// The hook cannot say now, for instance because what it asks is down. It may not happen: the
    /// client gets the error `unavailable` and tries again.
    Undecided {
        /// Why, for the log.
        why: String,
    },
}

impl<T> Verdict<T> {
    /// It may happen, with this content: the one that was asked about, or another one.
    pub fn allow(content: T) -> Self {
        Self::Allow(content)
    }

    /// It may not happen. The client gets the error `rejected` with this `reason` (a short word for
    /// programs, such as `spam`) and this `detail` (a sentence for the person).
    pub fn reject(reason: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Reject {
            reason: reason.into(),
            detail: detail.into(),
        }
    }

    /// The hook cannot say now; `why` is logged.
    pub fn undecided(why: impl Into<String>) -> Self {
        Self::Undecided { why: why.into() }
    }
}

/// A refusal by a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) reason: String,
    pub(crate) detail: String,
}

/// Why something was not let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unjudged {
    /// A hook refused it.
    Refused(Refusal),
    /// A hook broke or could not say, and it was logged.
    Broken,
}
