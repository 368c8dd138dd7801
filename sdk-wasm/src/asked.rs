//! What is asked of the engine by a word and some texts: links with which people join, who reacted,
//! who is blocked, what is reported.
//!
//! One call for all of it: what a call of its own takes is in the module once.

use std::str::FromStr;

use relaychat_sdk::{Client, InviteTerms, RelayError, protocol::ErrorCode};

use crate::{patch::to_json, promise::id, shapes};

/// JSON of the answer; of joining the id of the group, of revoking, blocking and reporting nothing.
pub(crate) async fn ask(
    client: Client,
    what: String,
    texts: Vec<String>,
) -> Result<String, RelayError> {
    let text = |place: usize| texts.get(place).map_or("", String::as_str);
    let chat = || Ok::<_, RelayError>(client.chat(id(text(0))?));
    Ok(match what.as_str() {
        "reactions" => {
            let cursor = texts.get(3).map(String::as_str);
            let page = chat()?.reactions(id(text(1))?, text(2), cursor).await?;
            to_json(&shapes::ReactionPage::from(&page))
        }
        "invites" => {
            let invites = chat()?.invites().await?;
            let shown: Vec<shapes::Invite<'_>> = invites.iter().map(Into::into).collect();
            to_json(&shown)
        }
        "createInvite" => {
            let terms = InviteTerms {
                expires_at_ms: number(text(1))?,
                max_uses: number(text(2))?,
            };
            to_json(&shapes::Invite::from(&chat()?.create_invite(terms).await?))
        }
        "revokeInvite" => {
            chat()?.revoke_invite(id(text(1))?).await?;
            String::new()
        }
        "block" => {
            client.people().block(id(text(0))?).await?;
            String::new()
        }
        "unblock" => {
            client.people().unblock(id(text(0))?).await?;
            String::new()
        }
        "report" => {
            client
                .people()
                .report_as_written(text(0).to_owned())
                .await?;
            String::new()
        }
        "previewInvite" => {
            let preview = client.preview_invite(text(0)).await?;
            to_json(&shapes::InvitePreview::from(&preview))
        }
        _ => client.accept_invite(text(0)).await?.to_string(),
    })
}

/// An empty text is none.
fn number<N: FromStr>(text: &str) -> Result<Option<N>, RelayError> {
    let is_there = Some(text).filter(|text| !text.is_empty());
    let refused = |_| RelayError::of(ErrorCode::ValidationFailed, "that is not a whole number");
    is_there
        .map(|text| text.parse().map_err(refused))
        .transpose()
}
