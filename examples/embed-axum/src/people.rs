//! The shop's people, their cookies, and the tokens their pages show to the chat.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use relaychat_engine::{
    auth::JwtAuth,
    random::{RandomExt, SystemRandom},
};
use serde::{Deserialize, Serialize};

use crate::Shop;

/// Of this example; a real shop reads it from where it keeps its secrets.
const SECRET: &str = "a secret of the shop that is long enough";
const ISSUER: &str = "https://shop.example";
const AUDIENCE: &str = "shop-chat";
/// How long a token for the chat is good. The client fetches a new one by itself.
const TOKEN_TTL: Duration = Duration::from_secs(15 * 60);
const COOKIE: &str = "shop_session=";

/// Somebody the shop knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// What the shop calls them.
    pub id: &'static str,
    /// Their name.
    pub name: &'static str,
    /// Whether they work here.
    pub is_staff: bool,
}

const EVERYBODY: [Person; 3] = [
    Person {
        id: "ann",
        name: "Ann Archer",
        is_staff: false,
    },
    Person {
        id: "cem",
        name: "Cem Çelik",
        is_staff: false,
    },
    Person {
        id: "bob",
        name: "Bob Baker",
        is_staff: true,
    },
];

/// Whoever is logged in.
#[derive(Debug, Default)]
pub struct People(Mutex<HashMap<String, Person>>);

impl Person {
    /// The person whom the shop calls so.
    #[must_use]
    pub fn find(id: &str) -> Option<Self> {
        EVERYBODY.into_iter().find(|person| person.id == id)
    }

    pub(crate) fn everybody() -> impl Iterator<Item = Self> {
        EVERYBODY.into_iter()
    }
}

impl People {
    /// Who makes a request, by its cookie.
    pub(crate) fn of(&self, headers: &HeaderMap) -> Option<Person> {
        self.lock().get(session_of(headers)?).copied()
    }

    fn begin(&self, person: Person) -> String {
        let session = format!("{:032x}", u128::from_le_bytes(SystemRandom.bytes()));
        self.lock().insert(session.clone(), person);
        session
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Person>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the engine believes.
pub(crate) fn tokens() -> JwtAuth {
    JwtAuth::hs256(SECRET).issuer(ISSUER).audience(AUDIENCE)
}

#[derive(Deserialize)]
pub(crate) struct LogIn {
    person: String,
}

/// `POST /login`. A shop with passwords would ask for one here.
pub(crate) async fn log_in(
    State(shop): State<Shop>,
    Json(login): Json<LogIn>,
) -> Result<impl IntoResponse, StatusCode> {
    let person = Person::find(&login.person).ok_or(StatusCode::UNAUTHORIZED)?;
    let session = shop.people.begin(person);
    let cookie = format!("{COOKIE}{session}; Path=/; HttpOnly; SameSite=Lax");
    Ok(([(header::SET_COOKIE, cookie)], Json(person)))
}

/// `GET /me`: who is logged in, or `null`.
pub(crate) async fn me(State(shop): State<Shop>, headers: HeaderMap) -> Json<Option<Person>> {
    Json(shop.people.of(&headers))
}

/// `POST /logout`.
pub(crate) async fn log_out(State(shop): State<Shop>, headers: HeaderMap) -> StatusCode {
    if let Some(session) = session_of(&headers) {
        shop.people.lock().remove(session);
    }
    StatusCode::NO_CONTENT
}

fn session_of(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let mut cookies = cookies.split(';');
    cookies.find_map(|cookie| cookie.trim().strip_prefix(COOKIE))
}

#[derive(Serialize)]
struct Claims {
    iss: &'static str,
    aud: &'static str,
    sub: &'static str,
    name: &'static str,
    iat: u64,
    exp: u64,
}

/// `GET /chat-token`: who the shop says this is, for the chat.
pub(crate) async fn chat_token(
    State(shop): State<Shop>,
    headers: HeaderMap,
) -> Result<String, StatusCode> {
    let person = shop.people.of(&headers).ok_or(StatusCode::UNAUTHORIZED)?;
    #[expect(
        clippy::disallowed_methods,
        reason = "a host reads its own clock; only the engine's is injected"
    )]
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let iat = now
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?
        .as_secs();
    token(person, iat).ok_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A token that is good from `iat` on, in seconds since the Unix epoch.
fn token(person: Person, iat: u64) -> Option<String> {
    let claims = Claims {
        iss: ISSUER,
        aud: AUDIENCE,
        sub: person.id,
        name: person.name,
        iat,
        exp: iat + TOKEN_TTL.as_secs(),
    };
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).ok()
}

impl Person {
    /// A token for the chat, for tests whose clock stands.
    #[must_use]
    pub fn token_at(self, iat: u64) -> Option<String> {
        token(self, iat)
    }
}
