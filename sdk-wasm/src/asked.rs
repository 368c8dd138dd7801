//! What is asked of the engine by a word and some texts: who reacted, who is blocked, joining by a
//! link.
//!
//! One call for all of it: what a call of its own takes is in the module once. What the core neither
//! keeps nor learns from is not here: the façade writes it as a request (`Core::exchange`).

use relaychat_sdk::{Client, RelayError};

use crate::{patch::to_json, promise::id, shapes};

/// JSON of the answer; of joining the id of the group, of blocking nothing.
pub(crate) async fn ask(
    client: Client,
    what: String,
    texts: Vec<String>,
) -> Result<String, RelayError> {
    let text = |place: usize| texts.get(place).map_or("", String::as_str);
    Ok(match what.as_str() {
        "reactions" => {
            let cursor = texts.get(3).map(String::as_str);
            let chat = client.chat(id(text(0))?);
            let page = chat.reactions(id(text(1))?, text(2), cursor).await?;
            to_json(&shapes::ReactionPage::from(&page))
        }
        "block" => {
            client.people().block(id(text(0))?).await?;
            String::new()
        }
        "unblock" => {
            client.people().unblock(id(text(0))?).await?;
            String::new()
        }
        _ => client.accept_invite(text(0)).await?.to_string(),
    })
}
