//! The operations that `openapi.json` names, for stories that must not forget one.

use axum::http::Method;
use serde_json::Value;

/// An operation as it is documented.
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// With the names of its parameters in braces.
    pub(crate) path: String,
    /// What the caller shows: `access_token` of a person, `server_key` of the host, or nothing.
    pub(crate) needs: Option<String>,
}

pub(crate) fn operations() -> Vec<Operation> {
    let document = include_str!("../../../openapi/openapi.json");
    let document: Value = serde_json::from_str(document).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let of_path = |(path, item): (&String, &Value)| {
        let item = item.as_object().expect("operations").clone();
        let path = path.clone();
        item.into_iter().map(move |(method, one)| Operation {
            method: method.to_uppercase().parse().expect("a method"),
            path: path.clone(),
            needs: needs(&one),
        })
    };
    paths.iter().flat_map(of_path).collect()
}

fn needs(operation: &Value) -> Option<String> {
    let schemes = operation["security"].get(0)?.as_object()?;
    schemes.keys().next().cloned()
}

/// A path with its parameters filled in; none if one of them has no value here.
pub(crate) fn fill(path: &str, values: &[(&str, String)]) -> Option<String> {
    let put = |path: String, (name, value): &(&str, String)| path.replace(name, value);
    let path = values.iter().fold(path.to_owned(), put);
    (!path.contains('{')).then_some(path)
}
