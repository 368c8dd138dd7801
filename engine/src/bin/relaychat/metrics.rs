//! `/metrics`: the engine's figures and the process's own, as text for Prometheus.

mod process;

pub(crate) use process::open_files_max;

use std::{fmt::Write, net::SocketAddr};

use anyhow::Context;
use axum::{Router, http::header, routing::get};
use relaychat_engine::{
    Engine,
    metrics::{Family, FamilyKind, Sample, SampleValue},
};
use tokio::net::TcpListener;

/// Where the figures are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exposed {
    Nowhere,
    /// At `/metrics` of the server.
    Path,
    /// At `/metrics` of a listener of their own.
    Listener(SocketAddr),
}

/// The content type of the text format, as Prometheus asks for it.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The route of the figures.
pub(crate) fn router(engine: &Engine) -> Router {
    let engine = engine.clone();
    let figures = move || async move {
        let text = text(&engine.metrics()) + &text(&process::families());
        ([(header::CONTENT_TYPE, CONTENT_TYPE)], text)
    };
    Router::new().route("/metrics", get(figures))
}

/// Serves the figures on `listener` until the process ends.
pub(crate) fn serve_alone(engine: &Engine, listener: TcpListener) {
    let app = router(engine);
    let for_ever = std::future::pending();
    tokio::spawn(async move { relaychat_engine::serve(listener, app, for_ever).await });
}

/// Opens the figures' own listener, where there is to be one.
pub(crate) async fn listen(exposed: Exposed) -> anyhow::Result<Option<TcpListener>> {
    let Exposed::Listener(address) = exposed else {
        return Ok(None);
    };
    let listener = TcpListener::bind(address).await;
    let listener = listener.with_context(|| format!("metrics: cannot listen on {address}"))?;
    Ok(Some(listener))
}

fn text(families: &[Family]) -> String {
    let mut text = String::new();
    for family in families.iter().filter(|family| !family.samples.is_empty()) {
        let Family { name, help, .. } = family;
        let kind = match family.kind {
            FamilyKind::Counter => "counter",
            FamilyKind::Gauge => "gauge",
            FamilyKind::Histogram => "histogram",
        };
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for sample in &family.samples {
            write_sample(&mut text, name, sample);
        }
    }
    text
}

fn write_sample(text: &mut String, name: &str, sample: &Sample) {
    let labels = sample.labels.iter().map(|(label, value)| {
        let value = value.replace('\\', "\\\\").replace('"', "\\\"");
        format!("{label}=\"{}\"", value.replace('\n', "\\n"))
    });
    let labels: Vec<String> = labels.collect();
    let _ = match &sample.value {
        SampleValue::Number(number) => writeln!(text, "{name}{} {number}", braces(&labels)),
        SampleValue::Distribution { buckets, sum } => {
            for (bound, count) in buckets {
                let bound = if bound.is_finite() {
                    bound.to_string()
                } else {
                    "+Inf".to_owned()
                };
                let labels = [&labels[..], &[format!("le=\"{bound}\"")]].concat();
                let _ = writeln!(text, "{name}_bucket{} {count}", braces(&labels));
            }
            let count = buckets.last().map_or(0, |(_, count)| *count);
            let labels = braces(&labels);
            writeln!(
                text,
                "{name}_sum{labels} {sum}\n{name}_count{labels} {count}"
            )
        }
    };
}

fn braces(labels: &[String]) -> String {
    if labels.is_empty() {
        String::new()
    } else {
        format!("{{{}}}", labels.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_prometheus_reads_them() {
        let families = [Family {
            name: "a_seconds",
            help: "Times.",
            kind: FamilyKind::Histogram,
            samples: vec![Sample {
                labels: vec![("route", "/v1/\"x\"".to_owned())],
                value: SampleValue::Distribution {
                    buckets: vec![(0.5, 1), (f64::INFINITY, 2)],
                    sum: 3.25,
                },
            }],
        }];
        let expected = "# HELP a_seconds Times.\n# TYPE a_seconds histogram\n\
            a_seconds_bucket{route=\"/v1/\\\"x\\\"\",le=\"0.5\"} 1\n\
            a_seconds_bucket{route=\"/v1/\\\"x\\\"\",le=\"+Inf\"} 2\n\
            a_seconds_sum{route=\"/v1/\\\"x\\\"\"} 3.25\n\
            a_seconds_count{route=\"/v1/\\\"x\\\"\"} 2\n";
        assert_eq!(text(&families), expected);
    }
}
