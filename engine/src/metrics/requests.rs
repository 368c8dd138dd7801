//! REST requests by method, route and status. The route is the pattern, never the address that was
//! asked for, so there are as many rows as the API has answers.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use super::{Histogram, Sample};

/// Method, route and status.
type Key = (String, String, u16);

/// Distributions of the times that requests took.
#[derive(Debug, Default)]
pub(crate) struct Requests(RwLock<BTreeMap<Key, Arc<Histogram>>>);

impl Requests {
    /// Counts an answer. `route` is empty where no route matched.
    pub(crate) fn record(&self, method: &str, route: &str, status: u16, elapsed: Duration) {
        let route = if route.is_empty() { "other" } else { route };
        let key = (method.to_owned(), route.to_owned(), status);
        let known = {
            let rows = self.0.read().unwrap_or_else(PoisonError::into_inner);
            rows.get(&key).cloned()
        };
        let histogram = known.unwrap_or_else(|| {
            let mut rows = self.0.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(rows.entry(key).or_default())
        });
        histogram.record(elapsed);
    }

    pub(super) fn samples(&self) -> Vec<Sample> {
        let rows = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let sample = |((method, route, status), histogram): (&Key, &Arc<Histogram>)| Sample {
            labels: vec![
                ("method", method.clone()),
                ("route", route.clone()),
                ("status", status.to_string()),
            ],
            value: histogram.value(),
        };
        rows.iter().map(sample).collect()
    }
}
