//! Where things lie and what connects the nodes: the database, the uploads, Redis, the roles.

use std::path::PathBuf;

use relaychat_engine::{
    Roles,
    blobs::{BlobUrl, Blobs, StoreKey},
    broker::Redis,
};
use url::Url;

use super::{
    layers::Given,
    table::{
        nodes::{REDIS_PREFIX, REDIS_URL, ROLES},
        storage::{
            BLOBS, BLOBS_KEY_ID, BLOBS_KEY_SECRET, BLOBS_KEY_TOKEN, DATA, DATABASE_URL, SECRET_KEY,
        },
    },
};
use crate::files::{self, SecretKey};

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite(PathBuf),
    Postgres {
        /// With its password.
        url: String,
        schema: Option<String>,
    },
}

/// Where uploads lie.
#[derive(Clone, Debug)]
pub(crate) enum BlobPlace {
    Folder(PathBuf),
    Store(BlobUrl, Option<StoreKey>),
}

/// What connects this node with others.
#[derive(Clone)]
pub(crate) struct RedisPlace {
    /// With its password.
    pub(crate) url: String,
    pub(crate) prefix: String,
}

/// All places.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// The folder of what lies nowhere else.
    pub(crate) data: PathBuf,
    pub(crate) database: Database,
    pub(crate) blobs: BlobPlace,
    pub(crate) redis: Option<RedisPlace>,
    pub(crate) roles: Roles,
    pub(crate) secret_key: Option<SecretKey>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "Sqlite(…)",
            Self::Postgres { .. } => "Postgres(…)",
        })
    }
}

impl std::fmt::Debug for RedisPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedisPlace(…)")
    }
}

impl Places {
    pub(super) fn of(given: &Given, problems: &mut Vec<String>) -> Self {
        let data = PathBuf::from(given.text(&DATA));
        let redis = redis(given, problems);
        let places = Self {
            database: database(given, &data, problems),
            blobs: blobs(given, &data, problems),
            roles: roles(given, problems),
            secret_key: secret_key(given, problems),
            redis,
            data,
        };
        places.check(given, problems);
        places
    }

    /// What fits together.
    fn check(&self, given: &Given, problems: &mut Vec<String>) {
        if given.entry(&REDIS_URL).is_none() && self.roles != Roles::ALL {
            problems.push("roles: nodes that share the work need redis_url".to_owned());
        }
        if self.redis.is_some() && given.entry(&SECRET_KEY).is_none() {
            problems.push(
                "redis_url needs secret_key: all nodes must derive the same keys; make one with \
                 openssl rand -hex 32"
                    .to_owned(),
            );
        }
        let is_store = matches!(self.blobs, BlobPlace::Store(..));
        for key in [&BLOBS_KEY_ID, &BLOBS_KEY_SECRET, &BLOBS_KEY_TOKEN] {
            if given.entry(key).is_some() && !is_store && given.entry(&BLOBS).is_none() {
                problems.push(format!("{} needs blobs, such as s3://bucket", key.name));
            }
        }
    }
}

fn database(given: &Given, data: &std::path::Path, problems: &mut Vec<String>) -> Database {
    let Some(text) = given.one(&DATABASE_URL) else {
        return Database::Sqlite(data.join("relaychat.db"));
    };
    if let Some(path) = text.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.contains('?') {
            problems.push("database_url: sqlite: is followed by the path of a file".to_owned());
        }
        return Database::Sqlite(path.into());
    }
    postgres(text).unwrap_or_else(|problem| {
        problems.push(format!("database_url: {problem}"));
        Database::Sqlite(PathBuf::new())
    })
}

/// The address without our own parameter, and that.
fn postgres(text: &str) -> Result<Database, String> {
    let shape = "the value must be sqlite:FILE or postgres://user:password@host/database";
    let mut url = Url::parse(text).map_err(|_| shape.to_owned())?;
    if !["postgres", "postgresql"].contains(&url.scheme()) {
        return Err(shape.to_owned());
    }
    let (ours, theirs): (Vec<_>, Vec<_>) = url
        .query_pairs()
        .into_owned()
        .partition(|(name, _)| name == "schema");
    url.set_query(None);
    if !theirs.is_empty() {
        url.query_pairs_mut().extend_pairs(theirs);
    }
    let schema = ours.into_iter().next_back().map(|(_, schema)| schema);
    let is_name = |name: &String| {
        let mut letters = name.chars();
        letters
            .next()
            .is_some_and(|first| first.is_ascii_lowercase() || first == '_')
            && letters.all(|letter| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_'
            })
    };
    if schema.as_ref().is_some_and(|name| !is_name(name)) {
        return Err("the schema must be a name of a-z, 0-9 and _".to_owned());
    }
    let url = url.into();
    Ok(Database::Postgres { url, schema })
}

fn blobs(given: &Given, data: &std::path::Path, problems: &mut Vec<String>) -> BlobPlace {
    let Some(text) = given.one(&BLOBS) else {
        return BlobPlace::Folder(data.join("media"));
    };
    if let Some(path) = text.strip_prefix("file:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() {
            problems.push("blobs: file: is followed by the path of a folder".to_owned());
        }
        return BlobPlace::Folder(path.into());
    }
    let key = key(given, problems);
    let checked = text.parse::<BlobUrl>().and_then(|url| {
        Blobs::at(&url, key.clone())?;
        Ok(BlobPlace::Store(url, key))
    });
    checked.unwrap_or_else(|error| {
        problems.push(format!("blobs: {error}"));
        BlobPlace::Folder(PathBuf::new())
    })
}

fn key(given: &Given, problems: &mut Vec<String>) -> Option<StoreKey> {
    let secret = given.one(&BLOBS_KEY_SECRET);
    let id = given.one(&BLOBS_KEY_ID);
    if id.is_some() && secret.is_none() && given.entry(&BLOBS_KEY_SECRET).is_none() {
        problems.push("blobs_key_id needs blobs_key_secret".to_owned());
    }
    Some(StoreKey {
        token: given.one(&BLOBS_KEY_TOKEN).map(str::to_owned),
        ..StoreKey::new(id.unwrap_or_default(), secret?)
    })
}

fn redis(given: &Given, problems: &mut Vec<String>) -> Option<RedisPlace> {
    let url = given.one(&REDIS_URL)?;
    if Redis::check_url(url).is_err() {
        problems.push(
            "redis_url: the value must be like redis://:password@host:6379, \
             redis+sentinel://host,host/service or redis+cluster://host,host"
                .to_owned(),
        );
        return None;
    }
    Some(RedisPlace {
        url: url.to_owned(),
        prefix: given.text(&REDIS_PREFIX),
    })
}

fn roles(given: &Given, problems: &mut Vec<String>) -> Roles {
    let Some(entry) = given.entry(&ROLES) else {
        return Roles::ALL;
    };
    let mut roles = Roles::NONE;
    for name in entry.value.many() {
        match name {
            "api" => roles.api = true,
            "realtime" => roles.realtime = true,
            "jobs" => roles.jobs = true,
            other => problems.push(format!(
                "roles: {other:?} is none of api, realtime, jobs (from {})",
                entry.origin
            )),
        }
    }
    if entry.value.many().is_empty() {
        problems.push("roles: there must be at least one of api, realtime, jobs".to_owned());
    }
    roles
}

fn secret_key(given: &Given, problems: &mut Vec<String>) -> Option<SecretKey> {
    let text = given.one(&SECRET_KEY)?;
    let key = files::parse_secret(text);
    if key.is_none() {
        problems.push("secret_key: the value must be 64 hexadecimal digits".to_owned());
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_ours_and_the_rest_of_the_address_the_drivers() {
        let place = postgres("postgres://a:b@h/d?sslmode=require&schema=chat").expect("an address");
        let expected = Database::Postgres {
            url: "postgres://a:b@h/d?sslmode=require".to_owned(),
            schema: Some("chat".to_owned()),
        };
        assert!(place == expected);
        assert!(postgres("postgres://h/d?schema=a\"b").is_err());
        assert!(postgres("mysql://h/d").is_err());
    }
}
