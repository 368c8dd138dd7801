//! Writes the pages.

use relaychat_protocol::ErrorCode;
use serde_json::{Map, Value};

use super::schema;

/// The methods of an operation, in the order in which they are listed.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The page of all operations.
pub(super) fn operations(document: &Value) -> String {
    let mut navigation = String::new();
    let mut body = String::new();
    for tag in list(&document["tags"]) {
        let name = text(&tag["name"]);
        let operations = of_tag(document, name);
        if operations.is_empty() {
            continue;
        }
        navigation += &format!("<li><a href=\"#tag-{name}\">{name}</a></li>");
        body += &format!(
            "<section><h2 id=\"tag-{name}\">{}</h2><p>{}</p>",
            escape(name),
            prose(text(&tag["description"]))
        );
        for (method, path, operation) in operations {
            body += &operation_section(method, path, operation);
        }
        body += "</section>";
    }
    navigation += "<li><a href=\"#schemas\">objects</a></li>";
    body += "<section><h2 id=\"schemas\">Objects</h2>";
    for (name, value) in entries(&document["components"]["schemas"]) {
        body += &schema::section(name, value);
    }
    body += "</section>";
    let info = &document["info"];
    let title = format!("{} {}", text(&info["title"]), text(&info["version"]));
    let links = "<p class=\"links\"><a href=\"docs/openapi.json\">openapi.json</a> \
                 <a href=\"docs/errors\">Errors</a></p>";
    let introduction = format!("{}{links}", prose(text(&info["description"])));
    layout(&title, "docs/style.css", &navigation, &introduction, &body)
}

/// The glossary of errors.
pub(super) fn errors(codes: &[ErrorCode]) -> String {
    let mut body = String::from("<section>");
    for code in codes {
        let is_retryable = if code.is_retryable() {
            "May succeed later without being changed."
        } else {
            "Does not succeed without being changed."
        };
        body += &format!(
            "<article id=\"{code}\"><h3><span class=\"status\">{}</span> <code>{code}</code></h3>\
             <p>{}.</p><p>{}</p><p class=\"quiet\">{is_retryable}</p></article>",
            code.status(),
            escape(code.title()),
            escape(code.help()),
        );
    }
    body += "</section>";
    let introduction = "<p>Every error is an <code>application/problem+json</code> object with one \
                        of these codes, on the socket too.</p>\
                        <p class=\"links\"><a href=\"../docs\">All operations</a></p>";
    layout("Errors", "style.css", "", introduction, &body)
}

/// Text for HTML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Text with paragraphs and `code`, as doc comments have it.
pub(super) fn prose(text: &str) -> String {
    let paragraphs: Vec<String> = text
        .split("\n\n")
        .map(|paragraph| {
            let mut html = String::new();
            for (number, piece) in paragraph.split('`').enumerate() {
                if number % 2 == 1 {
                    html += &format!("<code>{}</code>", escape(piece));
                } else {
                    html += &escape(piece);
                }
            }
            html
        })
        .collect();
    paragraphs.join("</p><p>")
}

/// A string of the document, empty when it is absent.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The items of a list of the document.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The entries of an object of the document.
pub(super) fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// The operations with a tag: method, path, operation.
fn of_tag<'a>(document: &'a Value, tag: &str) -> Vec<(&'static str, &'a str, &'a Value)> {
    let mut found = Vec::new();
    for (path, item) in entries(&document["paths"]) {
        for method in METHODS {
            let operation = &item[method];
            if list(&operation["tags"]).iter().any(|one| text(one) == tag) {
                found.push((method, path.as_str(), operation));
            }
        }
    }
    found
}

fn operation_section(method: &str, path: &str, operation: &Value) -> String {
    let id = text(&operation["operationId"]);
    let mut html = format!(
        "<article id=\"{id}\"><h3><span class=\"method {method}\">{method}</span> \
         <code>{}</code> <a class=\"anchor\" href=\"#{id}\">{id}</a></h3><p>{}</p>",
        escape(path),
        prose(text(&operation["summary"])),
    );
    let description = text(&operation["description"]);
    if !description.is_empty() {
        html += &format!("<p>{}</p>", prose(description));
    }
    if list(&operation["security"]).is_empty() {
        html += "<p class=\"quiet\">No token needed.</p>";
    }
    html += &parameters(operation);
    for (content_type, content) in entries(&operation["requestBody"]["content"]) {
        html += &format!(
            "<h4>Body</h4><p>{} <span class=\"quiet\">{content_type}</span></p>",
            schema::type_of(&content["schema"])
        );
    }
    html += "<h4>Answers</h4><table><tbody>";
    for (status, response) in entries(&operation["responses"]) {
        html += &answer(status, response);
    }
    html += "</tbody></table></article>";
    html
}

fn parameters(operation: &Value) -> String {
    let parameters = list(&operation["parameters"]);
    if parameters.is_empty() {
        return String::new();
    }
    let mut html = String::from("<h4>Parameters</h4><table><tbody>");
    for parameter in parameters {
        html += &format!(
            "<tr><th><code>{}</code></th><td>{} <span class=\"quiet\">{}</span></td><td>{}</td></tr>",
            escape(text(&parameter["name"])),
            schema::type_of(&parameter["schema"]),
            text(&parameter["in"]),
            prose(text(&parameter["description"])),
        );
    }
    html + "</tbody></table>"
}

/// One row of the table of answers. Problems link to the glossary.
fn answer(status: &str, response: &Value) -> String {
    let mut shape = String::new();
    let mut codes = String::new();
    for (content_type, content) in entries(&response["content"]) {
        if content_type == super::super::error::PROBLEM_JSON {
            for (code, _) in entries(&content["examples"]) {
                codes += &format!("<a href=\"docs/errors#{code}\"><code>{code}</code></a> ");
            }
        } else {
            shape += &schema::type_of(&content["schema"]);
        }
    }
    let says = if codes.is_empty() {
        prose(text(&response["description"]))
    } else {
        codes
    };
    format!("<tr><th>{status}</th><td>{shape}</td><td>{says}</td></tr>")
}

fn layout(title: &str, style: &str, navigation: &str, introduction: &str, body: &str) -> String {
    let navigation = if navigation.is_empty() {
        String::new()
    } else {
        format!("<nav aria-label=\"Contents\"><ul>{navigation}</ul></nav>")
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title><link rel=\"stylesheet\" href=\"{style}\"></head>\
         <body>{navigation}<main><h1>{title}</h1><div class=\"introduction\"><p>{introduction}</p></div>{body}</main>\
         </body></html>\n",
        title = escape(title),
    )
}
