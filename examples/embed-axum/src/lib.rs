//! A small shop with a chat for each order: the engine inside somebody's axum application.
//!
//! The shop has its own users, cookies, tables, routes and middleware. What it gives the engine is
//! in [`with_shop`]: who its people are, who belongs to an order, and what is spam. Tests use the
//! same function, so that what they run is what runs.

mod orders;
mod pages;
mod people;

use std::{path::PathBuf, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    middleware::{self, Next},
    response::Response,
    routing::{get, post, put},
};
use relaychat_engine::{
    Engine, EngineBuilder, auth,
    hooks::{BeforeSend, Verdict},
};

pub use orders::{Order, Orders};
pub use people::{People, Person};

/// The state of the shop's routes.
#[derive(Clone)]
pub struct Shop {
    orders: Arc<Orders>,
    people: Arc<People>,
    chat: Engine,
    client: Option<PathBuf>,
}

/// Gives an engine what the shop has.
pub fn with_shop(builder: EngineBuilder, orders: Arc<Orders>) -> EngineBuilder {
    builder
        .auth(auth::jwt(people::tokens()))
        .membership(orders::Belonging(orders))
        .before_send("spam", |message: BeforeSend| async move {
            if message.draft.text.to_lowercase().contains("cheap watches") {
                return Verdict::reject("spam", "This looks like an advertisement.");
            }
            Verdict::allow(message.draft)
        })
}

impl Shop {
    /// A shop on an engine that [`with_shop`] has prepared. `client` is the folder of the built npm
    /// package.
    pub fn new(orders: Arc<Orders>, chat: Engine, client: Option<PathBuf>) -> Self {
        Self {
            orders,
            people: Arc::default(),
            chat,
            client,
        }
    }

    /// The shop's own routes, and the chat's under `/chat`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(pages::home))
            .route("/assets/{file}", get(pages::asset))
            .route("/client/{*file}", get(pages::client))
            .route("/me", get(people::me))
            .route("/login", post(people::log_in))
            .route("/logout", post(people::log_out))
            .route("/chat-token", get(people::chat_token))
            .route("/orders", get(orders::list).post(orders::place))
            .route("/orders/{id}", get(pages::order))
            .route("/orders/{id}/chat", get(orders::chat))
            .route(
                "/orders/{id}/customer",
                put(orders::bring_back).delete(orders::withdraw),
            )
            .nest("/chat", self.chat.router())
            .layer(middleware::from_fn_with_state(self.clone(), say_who))
            .with_state(self.clone())
    }
}

/// Middleware of the shop, which sees the chat's requests too.
async fn say_who(State(shop): State<Shop>, request: Request, next: Next) -> Response {
    let person = shop.people.of(request.headers());
    let mut response = next.run(request).await;
    let who = person.map_or("nobody", |person| person.id);
    let name = HeaderName::from_static("x-shop-person");
    response
        .headers_mut()
        .insert(name, HeaderValue::from_static(who));
    response
}
