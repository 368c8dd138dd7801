//! Sending and history, and what can be done to a message that was sent.

mod add_reaction;
mod delete_message;
mod edit_message;
mod get_message;
mod list_attachments;
mod list_messages;
mod list_pins;
mod list_reactions;
mod pin_message;
mod remove_reaction;
mod send_message;
mod unpin_message;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::http::ApiState;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(
            list_messages::list_messages,
            send_message::send_message
        ))
        .routes(routes!(
            get_message::get_message,
            edit_message::edit_message,
            delete_message::delete_message
        ))
        .routes(routes!(
            list_reactions::list_reactions,
            add_reaction::add_reaction,
            remove_reaction::remove_reaction
        ))
        .routes(routes!(list_pins::list_pins))
        .routes(routes!(list_attachments::list_attachments))
        .routes(routes!(
            pin_message::pin_message,
            unpin_message::unpin_message
        ))
}
