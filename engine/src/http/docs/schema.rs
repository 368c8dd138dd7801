//! Writes schemas: what a value looks like, in a few words, with links to the objects.

use serde_json::Value;

use super::page::{entries, escape, list, prose, text};

/// An object of the document with its fields.
pub(super) fn section(name: &str, schema: &Value) -> String {
    format!(
        "<article id=\"schema-{name}\"><h3>{}</h3><p>{}</p>{}</article>",
        escape(name),
        prose(text(&schema["description"])),
        fields(schema),
    )
}

/// A value in a few words.
pub(super) fn type_of(schema: &Value) -> String {
    if let Some(name) = text(&schema["$ref"]).rsplit('/').next()
        && !name.is_empty()
    {
        return format!("<a href=\"#schema-{name}\">{}</a>", escape(name));
    }
    for combination in ["oneOf", "anyOf", "allOf"] {
        let parts = list(&schema[combination]);
        if !parts.is_empty() {
            let joined = if combination == "allOf" {
                " with "
            } else {
                " or "
            };
            let parts: Vec<String> = parts.iter().map(type_of).collect();
            return parts.join(joined);
        }
    }
    let names = match &schema["type"] {
        Value::Array(names) => names.iter().map(|name| text(name).to_owned()).collect(),
        name => vec![text(name).to_owned()],
    };
    let described: Vec<String> = names
        .iter()
        .map(|name| match name.as_str() {
            "array" => format!("list of {}", type_of(&schema["items"])),
            "object" if schema["properties"].is_object() => fields(schema),
            "" => "anything".to_owned(),
            name => escape(name),
        })
        .collect();
    format!("{}{}", described.join(" or "), limits(schema))
}

/// The fields of an object, the values of an enumeration, or the alternatives of a choice.
fn fields(schema: &Value) -> String {
    let mut html = String::new();
    for part in list(&schema["allOf"]) {
        html += &if part["$ref"].is_string() {
            format!("<p>All fields of {}, and:</p>", type_of(part))
        } else {
            fields(part)
        };
    }
    for choice in list(&schema["oneOf"]) {
        html += &alternative(choice);
    }
    let values = list(&schema["enum"]);
    if !values.is_empty() {
        let values: Vec<String> = values
            .iter()
            .map(|value| format!("<code>{}</code>", escape(text(value))))
            .collect();
        html += &format!("<p>{}</p>", values.join(" "));
    }
    let required: Vec<&str> = list(&schema["required"]).iter().map(text).collect();
    let mut rows = String::new();
    for (name, field) in entries(&schema["properties"]) {
        let optional = if required.contains(&name.as_str()) {
            ""
        } else {
            " <span class=\"quiet\">optional</span>"
        };
        rows += &format!(
            "<tr><th><code>{}</code></th><td>{}{optional}</td><td>{}</td></tr>",
            escape(name),
            type_of(field),
            prose(text(&field["description"])),
        );
    }
    if !rows.is_empty() {
        html += &format!("<table><tbody>{rows}</tbody></table>");
    }
    if html.is_empty() {
        html = format!("<p>{}</p>", type_of(schema));
    }
    html
}

/// One form of a choice. An enumeration's values each carry their own words.
fn alternative(choice: &Value) -> String {
    format!(
        "<div class=\"choice\"><p>{}</p>{}</div>",
        prose(text(&choice["description"])),
        fields(choice)
    )
}

/// Format and bounds, as far as they are given.
fn limits(schema: &Value) -> String {
    let mut words = Vec::new();
    if let Some(format) = schema["format"].as_str() {
        words.push(escape(format));
    }
    for (key, word) in [
        ("minimum", "at least"),
        ("maximum", "at most"),
        ("minLength", "at least"),
        ("maxLength", "at most"),
        ("minItems", "at least"),
        ("maxItems", "at most"),
    ] {
        if let Some(number) = schema[key].as_f64() {
            let unit = match key {
                "minLength" | "maxLength" => " characters",
                "minItems" | "maxItems" => " items",
                _ => "",
            };
            words.push(format!("{word} {number}{unit}"));
        }
    }
    if words.is_empty() {
        String::new()
    } else {
        format!(" <span class=\"quiet\">{}</span>", words.join(", "))
    }
}
