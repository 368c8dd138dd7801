//! Make or change a person of the host.

use axum::{Json, extract::State, http::StatusCode};
use relaychat_protocol::rest::server::{HostUser, PutUser};

use crate::{
    domain::{host_login::UserRef, user::HostProfile},
    http::{ApiError, ApiJson, ApiPath, ApiState, made_or_found, problems::NotFound},
    services::Server,
};

/// Make or change a person of the host.
///
/// The host's id names the person: repeating the request changes nothing more. The people who share
/// a chat with them are told of a new name or picture. An `id:` names a person who is there; only
/// `is_disabled` can be changed so.
#[utoipa::path(
    put,
    path = "/v1/server/users/{user}",
    tag = "host",
    params(("user" = String, Path, description = "Who: the host's id, or `id:` and the engine's")),
    request_body = PutUser,
    responses(
        (status = 200, description = "The person as they are now", body = HostUser),
        (status = 201, description = "The person was made", body = HostUser),
        NotFound
    ),
    security(("server_key" = []))
)]
pub(in crate::http::routes) async fn put_user(
    State(state): State<ApiState>,
    _: Server,
    ApiPath(user): ApiPath<String>,
    ApiJson(body): ApiJson<PutUser>,
) -> Result<(StatusCode, Json<HostUser>), ApiError> {
    let PutUser {
        name,
        avatar_url,
        is_disabled,
    } = body;
    let named = UserRef::from(&user);
    let mut is_new = false;
    if let UserRef::External(external_id) = &named {
        let profile = HostProfile {
            external_id: external_id.clone(),
            name,
            avatar_url,
        };
        is_new = state.services.ensure_user(profile).await?.is_new;
    }
    let person = match is_disabled {
        Some(is_disabled) => {
            state
                .services
                .set_user_disabled(&named, is_disabled)
                .await?
        }
        None => state.services.get_person(&named).await?,
    };
    let body = crate::wire::host_user(&person);
    Ok((made_or_found(is_new), Json(body)))
}
