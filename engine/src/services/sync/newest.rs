//! The newest change number, asked of storage once for all who want to know it at the same time.

use std::time::Duration;

use tokio::{sync::Mutex, time::Instant};

use super::super::Services;

/// Least time from one question to the next. Nobody waits who comes alone; of a crowd, each waits at
/// most so much longer, and ten thousand who come within a second ask storage a hundred times.
const PAUSE: Duration = Duration::from_millis(10);

/// What storage said last.
#[derive(Debug, Default)]
pub(crate) struct Newest(Mutex<Option<Answer>>);

#[derive(Clone, Copy, Debug)]
struct Answer {
    /// When it was asked.
    asked_at: Instant,
    /// None: it did not answer.
    change: Option<u64>,
}

impl Services {
    /// A change number that storage has had since this was called: every commit that was over
    /// before is below it. Those who come while it is being asked wait for the next question, which
    /// is asked for all of them. `None` when storage does not answer.
    pub(crate) async fn newest_change(&self) -> Option<u64> {
        let came_at = Instant::now();
        let mut last = self.newest.0.lock().await;
        if let Some(answer) = *last {
            if answer.asked_at > came_at {
                return answer.change;
            }
            tokio::time::sleep_until(answer.asked_at + PAUSE).await;
        }
        let asked_at = Instant::now();
        let change = self.current_change().await.ok();
        *last = Some(Answer { asked_at, change });
        change
    }
}
