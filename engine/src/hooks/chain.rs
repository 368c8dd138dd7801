//! The hooks of one moment, in the order of their registration.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;

use super::{Refusal, Unjudged, Verdict, guarded};

/// What hooks of one moment are asked.
pub(crate) trait Question: Clone + Send + 'static {
    /// What a hook may change.
    type Content: Send + 'static;

    /// The moment, for the log.
    const MOMENT: &'static str;

    /// Takes over what a hook left.
    fn put(&mut self, content: Self::Content);
}

type Hook<Q> =
    Arc<dyn Fn(Q) -> BoxFuture<'static, Verdict<<Q as Question>::Content>> + Send + Sync>;

/// The hooks of one moment.
pub(crate) struct Chain<Q: Question>(Vec<(String, Hook<Q>)>);

impl<Q: Question> Chain<Q> {
    /// Registers a hook. The same id again takes the place of the former.
    pub(crate) fn insert<F, Fut>(&mut self, id: String, hook: F)
    where
        F: Fn(Q) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Verdict<Q::Content>> + Send + 'static,
    {
        let hook: Hook<Q> = Arc::new(move |question| Box::pin(hook(question)));
        match self.0.iter_mut().find(|(known, _)| *known == id) {
            Some((_, former)) => *former = hook,
            None => self.0.push((id, hook)),
        }
    }

    /// Whether nobody has to be asked.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Asks all hooks in turn; gives the question with what the last one left.
    pub(crate) async fn ask(&self, mut question: Q, timeout: Duration) -> Result<Q, Unjudged> {
        for (id, hook) in &self.0 {
            let asked = question.clone();
            match guarded(timeout, move || hook(asked)).await {
                Ok(Verdict::Allow(content)) => question.put(content),
                Ok(Verdict::Reject { reason, detail }) => {
                    return Err(Unjudged::Refused(Refusal { reason, detail }));
                }
                Ok(Verdict::Undecided { why }) => {
                    tracing::warn!(
                        hook = id,
                        moment = Q::MOMENT,
                        why,
                        "a hook could not decide"
                    );
                    return Err(Unjudged::Broken);
                }
                Err(failure) => {
                    tracing::error!(hook = id, moment = Q::MOMENT, %failure, "a hook failed");
                    return Err(Unjudged::Broken);
                }
            }
        }
        Ok(question)
    }
}

impl<Q: Question> Clone for Chain<Q> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Q: Question> Default for Chain<Q> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<Q: Question> fmt::Debug for Chain<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(id, _)| id))
            .finish()
    }
}
