//! Who may import whom, as a table of paths and forbidden words.
//!
//! A path matches by its beginning; the longest exception wins over the rule. The order of
//! the table is the order of the layers in ARCHITECTURE.md.

use super::source::Source;

struct Rule {
    /// Beginnings of the paths that the rule covers.
    within: &'static [&'static str],
    /// Beginnings of the paths inside that are free to.
    except: &'static [&'static str],
    forbidden: &'static [&'static str],
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        within: &["openapi/src/"],
        except: &[],
        forbidden: &[
            "tokio", "sqlx", "axum", "reqwest", "std::fs", "std::net", "std::env", "async fn",
        ],
        why: "the protocol is data: no I/O",
    },
    Rule {
        within: &["engine/src/domain"],
        except: &[],
        forbidden: &[
            "serde",
            "sqlx",
            "sea_query",
            "axum",
            "tokio",
            "async ",
            "crate::storage",
            "crate::services",
            "crate::http",
            "crate::realtime",
            "crate::mailer",
            "crate::blobs",
            "crate::jobs",
        ],
        why: "the domain imports ids and error codes only",
    },
    Rule {
        within: &[
            "engine/src/storage",
            "engine/src/mailer",
            "engine/src/blobs",
        ],
        // A page for the developer\'s own machine, mounted by the builder like any other router.
        except: &["engine/src/mailer/dev_inbox.rs"],
        forbidden: &[
            "crate::services",
            "crate::http",
            "crate::realtime",
            "crate::jobs",
            "axum::",
            "utoipa",
        ],
        why: "a seam knows nothing of what uses it",
    },
    Rule {
        within: &["engine/src/services"],
        except: &[],
        forbidden: &[
            "crate::http",
            "crate::realtime",
            "crate::jobs",
            "axum::",
            "sqlx",
            "sea_query",
        ],
        why: "services are below http, realtime and jobs",
    },
    Rule {
        within: &["engine/src/http", "engine/src/realtime"],
        except: &[],
        forbidden: &["crate::storage", "sqlx", "sea_query", "opendal", "lettre"],
        why: "http and realtime call services, never storage",
    },
    Rule {
        within: &["engine/src/"],
        except: &["engine/src/storage"],
        forbidden: &["sqlx::", "sea_query::", "sea_query_sqlx"],
        why: "SQL lives in storage",
    },
    Rule {
        within: &["engine/src/"],
        except: &["engine/src/mailer"],
        forbidden: &["lettre::"],
        why: "lettre lives in mailer",
    },
    Rule {
        within: &["engine/src/"],
        except: &["engine/src/blobs"],
        forbidden: &["opendal::"],
        why: "opendal lives in blobs",
    },
    Rule {
        within: &["engine/src/"],
        except: &["engine/src/services/tokens", "engine/src/auth/"],
        forbidden: &["jsonwebtoken::"],
        why: "jsonwebtoken lives in services/tokens.rs and auth/",
    },
    Rule {
        within: &[
            "engine/src/",
            "sdk-core/src/",
            "openapi/src/",
            "sdk-wasm/src/",
        ],
        except: &[],
        forbidden: &["uniffi"],
        why: "UniFFI lives in sdk-mobile",
    },
    Rule {
        within: &["sdk-mobile/src/"],
        except: &[],
        forbidden: &[
            "std::fs",
            "std::net",
            "env::var",
            "println!(",
            "serde",
            "reqwest",
        ],
        why: "the glue to phones decides nothing and reaches nothing by itself",
    },
    Rule {
        within: &["engine/src/", "sdk-core/src/", "openapi/src/"],
        // The others are for tests: a Python that the environment names, the S3 store, and which
        // database to run on.
        except: &[
            "engine/src/bin/",
            "engine/src/mailer/smtp_sink.rs",
            "engine/src/storage/test_database.rs",
            "engine/src/test_support/nodes.rs",
            "engine/src/test_support/bucket.rs",
        ],
        forbidden: &[
            "env::var",
            "env::args",
            "process::exit",
            "println!(",
            "eprintln!(",
        ],
        why: "only the program reads the environment, prints and exits",
    },
    Rule {
        within: &["engine/src/"],
        except: &["engine/src/clock.rs", "engine/src/bin/"],
        forbidden: &["SystemTime::now(", "Uuid::now_v7("],
        why: "time comes from the Clock",
    },
    Rule {
        within: &["engine/src/"],
        except: &["engine/src/random.rs"],
        forbidden: &["rand::"],
        why: "randomness comes from the Random source",
    },
    Rule {
        within: &["sdk-core/src/"],
        except: &[
            "sdk-core/src/transport",
            "sdk-core/src/platform",
            "sdk-core/src/store/web.rs",
        ],
        forbidden: &[
            "tokio_tungstenite",
            "tungstenite::",
            "web_sys::",
            "reqwest::",
            "wasm_bindgen",
            "js_sys::",
        ],
        why: "the outside world is behind transport, platform and stores",
    },
    Rule {
        within: &["sdk-core/src/"],
        except: &[
            "sdk-core/src/transport",
            "sdk-core/src/platform",
            "sdk-core/src/store",
        ],
        forbidden: &["target_family = \"wasm\"", "target_arch = \"wasm32\""],
        why: "platforms differ in platform, transport and store only",
    },
    Rule {
        within: &["sdk-core/src/connection/machine"],
        except: &[],
        forbidden: &["async ", ".await", "Instant::now", "tokio", "spawn"],
        why: "the connection machine is pure",
    },
    Rule {
        within: &["sdk-core/src/", "sdk-wasm/src/"],
        except: &[],
        forbidden: &["relaychat_engine"],
        why: "the client touches the engine in tests only",
    },
    Rule {
        within: &["examples/web-chat/src/"],
        except: &[],
        forbidden: &[
            "sdk-wasm/",
            "@relaychat/client/src",
            "@relaychat/client/dist",
        ],
        why: "the web application uses the package's public entries only",
    },
    Rule {
        within: &["openapi/stranger/"],
        except: &[],
        forbidden: &["engine/src", "sdk-core", "sqlite3", "relaychat.db"],
        why: "the stranger knows the documents and nothing else",
    },
];

pub(super) fn check(source: &Source, complaints: &mut Vec<String>) {
    for rule in RULES.iter().filter(|rule| covers(rule, &source.path)) {
        for line in source.lines.iter().filter(|line| !line.is_test) {
            if let Some(word) = rule
                .forbidden
                .iter()
                .find(|word| line.code.contains(**word))
            {
                let text = format!("`{word}`: {}", rule.why);
                complaints.push(source.complaint(line.number, &text));
            }
        }
    }
    sibling_service(source, complaints);
}

fn covers(rule: &Rule, path: &str) -> bool {
    let begins = |prefix: &&str| path.starts_with(*prefix);
    rule.within.iter().any(begins) && !rule.except.iter().any(begins)
}

/// The files of `services` that hold use cases; the others are their shared vocabulary.
const USE_CASES: [&str; 11] = [
    "chats", "groups", "login", "marks", "messages", "people", "profile", "send", "sessions",
    "sync", "uploads",
];

/// A service never imports a sibling's use case: shared rules go down, orchestration up.
fn sibling_service(source: &Source, complaints: &mut Vec<String>) {
    let Some(own) = source.path.strip_prefix("engine/src/services/") else {
        return;
    };
    let own = own.split(['/', '.']).next().unwrap_or_default();
    let reaches_out = |code: &str| code.contains("super::") || code.contains("crate::services::");
    for line in source
        .lines
        .iter()
        .filter(|line| !line.is_test && reaches_out(&line.code))
    {
        let words = line.code.split(|c: char| !c.is_alphanumeric() && c != '_');
        for named in words.filter(|word| USE_CASES.contains(word) && *word != own) {
            if line.code.contains(&format!("{named}::")) {
                let text = format!("`{named}::`: a service never imports a sibling service");
                complaints.push(source.complaint(line.number, &text));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(path: &str, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        check(&Source::parse(path.to_owned(), text), &mut found);
        found
    }

    #[test]
    fn a_forbidden_import_is_found_and_a_comment_is_not() {
        let text = "//! Doc.\n// sqlx:: in a comment\nuse sqlx::Row;\n";
        let found = complaints("engine/src/http/state.rs", text);
        assert!(
            found.iter().all(|line| line.contains("state.rs:3:")),
            "{found:?}"
        );
        assert!(!found.is_empty());
        assert!(complaints("engine/src/storage/sqlite.rs", text).is_empty());
    }

    #[test]
    fn a_service_that_imports_a_sibling_is_found() {
        let text = "use crate::services::chats::open;\nuse crate::services::ServiceError;\n";
        assert_eq!(complaints("engine/src/services/messages.rs", text).len(), 1);
        assert!(complaints("engine/src/services/chats/open.rs", text).is_empty());
    }

    #[test]
    fn tests_may_reach_further_than_code() {
        let text = "//! Doc.\n#[cfg(test)]\nmod tests {\n    use sqlx::Row;\n}\n";
        assert!(complaints("engine/src/http/state.rs", text).is_empty());
    }
}
