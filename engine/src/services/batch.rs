//! Group commit: one task writes, and collects what queued up while its last commit ran.
//!
//! ```text
//!   caller ─┐                    ┌─ begin … everything of the batch … commit ─┐
//!   caller ─┼─▶ bounded queue ─▶ │              one writer task               │ ─▶ answers
//!   caller ─┘                    └──── meanwhile others queue: next batch ────┘
//! ```
//!
//! There is no timer: alone, a write begins at once; under load, batches grow by themselves to what
//! one commit's time lets queue up. A caller that goes away cancels nothing: its write stands in
//! the queue like any other, and whoever repeats it finds the result.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt;
use relaychat_protocol::ErrorCode;
use tokio::sync::{mpsc, oneshot};

use super::{EventSink, Outbox, ServiceError, commits, hot::Hot};
use crate::{
    clock::Clock,
    domain::event::Event,
    limits::{BATCH_WRITES, QUEUED_WRITES},
    metrics::Metrics,
    storage::{AfterCommit, Decided, Storage, Transaction},
};

/// What a batch writes with.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    pub(super) storage: Arc<dyn Storage>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) events: Arc<dyn EventSink>,
    pub(super) outbox: Outbox,
    pub(super) hot: Arc<Hot>,
    /// Whether anybody is told what others read.
    pub(super) tells_reads: bool,
}

impl Writer {
    /// Commits a batch that began at `before`, and publishes its events.
    pub(super) async fn commit(
        &self,
        transaction: Box<dyn Transaction>,
        before: u64,
        mut decided: Decided,
        events: Vec<Event>,
    ) -> Result<(), ServiceError> {
        decided.touched = commits::to_note(&*self.events, &events);
        let (chats, members) = (decided.chats.clone(), decided.members.clone());
        let hot = Arc::clone(&self.hot);
        let publish = commits::after_commit(Arc::clone(&self.events), events);
        let after: AfterCommit = Box::new(move |change| {
            if let Some(change) = change {
                hot.advance(before, change, &chats, &members);
            }
            publish(change);
        });
        Ok(transaction.commit_batch(decided, after).await?)
    }
}

/// Work that is done in batches.
#[async_trait]
pub(super) trait Batch: Send + Sync + 'static {
    /// What a caller asks for.
    type Job: Send + 'static;
    /// What the caller gets.
    type Done: Send + 'static;

    /// Does all jobs in one transaction, in order, and gives one answer for each. An error means
    /// that none of them happened.
    async fn write(
        &self,
        jobs: Vec<Self::Job>,
    ) -> Result<Vec<Result<Self::Done, ServiceError>>, ServiceError>;
}

type Answer<B> = oneshot::Sender<Result<<B as Batch>::Done, ServiceError>>;
type Queued<B> = (<B as Batch>::Job, Answer<B>);

/// The queue in front of a writer task. Dropping it ends the task after what is queued.
pub(super) struct Batcher<B: Batch> {
    queue: mpsc::Sender<Queued<B>>,
}

impl<B: Batch> std::fmt::Debug for Batcher<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batcher").finish_non_exhaustive()
    }
}

impl<B: Batch> Batcher<B> {
    /// Starts the writer task.
    pub(super) fn start(batch: B, metrics: &Arc<Metrics>) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUED_WRITES);
        tokio::spawn(run(batch, jobs, Arc::clone(metrics)));
        Self { queue }
    }

    /// Queues a job and waits for its answer.
    pub(super) async fn submit(&self, job: B::Job) -> Result<B::Done, ServiceError> {
        self.queue(job).await?.answered().await
    }

    /// Queues a job: from here on its place among the others is fixed.
    pub(super) async fn queue(&self, job: B::Job) -> Result<Pending<B>, ServiceError> {
        let (answer, answered) = oneshot::channel();
        let queued = self.queue.send((job, answer)).await;
        queued.map_err(|_| ServiceError::new(ErrorCode::Draining))?;
        Ok(Pending(answered))
    }
}

/// A job in the queue.
pub(super) struct Pending<B: Batch>(oneshot::Receiver<Result<B::Done, ServiceError>>);

impl<B: Batch> Pending<B> {
    /// Waits for the answer.
    pub(super) async fn answered(self) -> Result<B::Done, ServiceError> {
        let answered = self.0.await;
        answered.map_err(|_| ServiceError::new(ErrorCode::Draining))?
    }
}

/// The writer task.
async fn run<B: Batch>(batch: B, mut queue: mpsc::Receiver<Queued<B>>, metrics: Arc<Metrics>) {
    let mut queued = Vec::with_capacity(BATCH_WRITES);
    while queue.recv_many(&mut queued, BATCH_WRITES).await > 0 {
        metrics.batches.add(1);
        metrics.batch_writes.add(queued.len());
        let (jobs, answers): (Vec<_>, Vec<_>) = queued.drain(..).unzip();
        let writing = std::panic::AssertUnwindSafe(batch.write(jobs)).catch_unwind();
        let written = writing
            .await
            .unwrap_or_else(|_| Err(ServiceError::internal("the writer panicked")));
        metrics.batches_failed.add(usize::from(written.is_err()));
        answer_all::<B>(answers, written);
    }
}

/// Gives each caller its own answer. Those who have gone away do not matter.
fn answer_all<B: Batch>(
    answers: Vec<Answer<B>>,
    written: Result<Vec<Result<B::Done, ServiceError>>, ServiceError>,
) {
    match written {
        Ok(results) => {
            for (answer, result) in answers.into_iter().zip(results) {
                let _ = answer.send(result);
            }
        }
        Err(error) => {
            // The first one carries the cause, so that it is logged once.
            let mut answers = answers.into_iter();
            let first = answers.next();
            for answer in answers {
                let _ = answer.send(Err(error.without_source()));
            }
            if let Some(answer) = first {
                let _ = answer.send(Err(error));
            }
        }
    }
}
